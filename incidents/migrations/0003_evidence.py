"""The database itself refuses to change what happened (product.md H2, H6; style.md rule 24)."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION keep_ticket() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.number = OLD.number AND NEW.product_id = OLD.product_id
     AND NEW.opened_at = OLD.opened_at AND NEW.is_history = OLD.is_history THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'ticket % keeps its number, product and opening', OLD.number USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION keep_pause() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.ended_at IS NULL AND to_jsonb(NEW) - 'ended_at' = to_jsonb(OLD) - 'ended_at' THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'pause % can only be ended, once', OLD.id USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION keep_escalation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.acknowledged_at IS NULL
     AND to_jsonb(NEW) - 'acknowledged_at' - 'acknowledged_by_id'
       = to_jsonb(OLD) - 'acknowledged_at' - 'acknowledged_by_id' THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'escalation % can only be acknowledged, once', OLD.id USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION keep_breach() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.timer_id = OLD.timer_id AND NEW.cycle = OLD.cycle AND NEW.kind = OLD.kind
     AND NEW.ticket_id = OLD.ticket_id AND NEW.due_at = OLD.due_at AND NEW.recorded_at = OLD.recorded_at THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'breach % stays recorded', OLD.id USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER event_kept BEFORE UPDATE OR DELETE ON incidents_event
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER time_entry_kept BEFORE UPDATE OR DELETE ON incidents_timeentry
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER timer_kept BEFORE DELETE ON incidents_timer
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ticket_kept BEFORE UPDATE OR DELETE ON incidents_ticket
  FOR EACH ROW EXECUTE FUNCTION keep_ticket();
CREATE TRIGGER pause_kept BEFORE UPDATE OR DELETE ON incidents_pause
  FOR EACH ROW EXECUTE FUNCTION keep_pause();
CREATE TRIGGER escalation_kept BEFORE UPDATE OR DELETE ON incidents_escalation
  FOR EACH ROW EXECUTE FUNCTION keep_escalation();
CREATE TRIGGER breach_kept BEFORE UPDATE OR DELETE ON incidents_breach
  FOR EACH ROW EXECUTE FUNCTION keep_breach();
"""

BACKWARD = """
DROP FUNCTION keep_ticket() CASCADE;
DROP FUNCTION keep_pause() CASCADE;
DROP FUNCTION keep_escalation() CASCADE;
DROP FUNCTION keep_breach() CASCADE;
DROP TRIGGER event_kept ON incidents_event;
DROP TRIGGER time_entry_kept ON incidents_timeentry;
DROP TRIGGER timer_kept ON incidents_timer;
"""


class Migration(migrations.Migration):
    """Triggers on tickets, their events, escalations and breaches."""

    dependencies = [("incidents", "0002_initial"), ("slas", "0002_evidence")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
