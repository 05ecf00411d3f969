"""The database itself refuses to change what was published or written as evidence (product.md P2, style.md rule 24)."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is evidence: its rows are written once', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION keep_published_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.published_at IS NULL THEN
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
  END IF;
  IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'in_force_to' = to_jsonb(OLD) - 'in_force_to'
     AND (OLD.in_force_to IS NULL OR NEW.in_force_to IS NOT DISTINCT FROM OLD.in_force_to) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'revision % is published: only its end may be set, once', OLD.id
    USING ERRCODE = 'restrict_violation';
END $$;

-- FOR SHARE: nobody publishes the revision while one of its parts is being changed.
CREATE FUNCTION keep_part_of_published_revision() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  published timestamptz;
  touched bigint;
BEGIN
  FOREACH touched IN ARRAY ARRAY[
    CASE WHEN TG_OP <> 'INSERT' THEN OLD.revision_id END, CASE WHEN TG_OP <> 'DELETE' THEN NEW.revision_id END]
  LOOP
    SELECT published_at INTO published FROM slas_revision WHERE id = touched FOR SHARE;
    IF published IS NOT NULL THEN
      RAISE EXCEPTION 'revision % is published: its % cannot be changed', touched, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
    END IF;
  END LOOP;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE FUNCTION keep_product_of_agreement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.product_id <> OLD.product_id
     AND EXISTS (SELECT 1 FROM slas_revision WHERE agreement_id = OLD.id AND published_at IS NOT NULL) THEN
    RAISE EXCEPTION 'agreement % was published for its product', OLD.slug USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION keep_facts_of_notice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.key = OLD.key AND NEW.message_id = OLD.message_id AND NEW.kind = OLD.kind
     AND NEW.recipient_id = OLD.recipient_id AND NEW.context = OLD.context AND NEW.created_at = OLD.created_at THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'notice % keeps its facts', OLD.key USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER calendar_revision_kept BEFORE UPDATE OR DELETE ON slas_calendarrevision
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER revision_kept BEFORE UPDATE OR DELETE ON slas_revision
  FOR EACH ROW EXECUTE FUNCTION keep_published_revision();
CREATE TRIGGER target_kept BEFORE INSERT OR UPDATE OR DELETE ON slas_target
  FOR EACH ROW EXECUTE FUNCTION keep_part_of_published_revision();
CREATE TRIGGER definition_kept BEFORE INSERT OR UPDATE OR DELETE ON slas_prioritydefinition
  FOR EACH ROW EXECUTE FUNCTION keep_part_of_published_revision();
CREATE TRIGGER step_kept BEFORE INSERT OR UPDATE OR DELETE ON slas_step
  FOR EACH ROW EXECUTE FUNCTION keep_part_of_published_revision();
CREATE TRIGGER participant_kept BEFORE INSERT OR UPDATE OR DELETE ON slas_reviewparticipant
  FOR EACH ROW EXECUTE FUNCTION keep_part_of_published_revision();
CREATE TRIGGER agreement_kept BEFORE UPDATE ON slas_agreement
  FOR EACH ROW EXECUTE FUNCTION keep_product_of_agreement();
CREATE TRIGGER attempt_kept BEFORE UPDATE OR DELETE ON slas_attempt
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER notice_kept BEFORE UPDATE OR DELETE ON slas_notice
  FOR EACH ROW EXECUTE FUNCTION keep_facts_of_notice();
"""

BACKWARD = """
DROP FUNCTION refuse_change() CASCADE;
DROP FUNCTION keep_published_revision() CASCADE;
DROP FUNCTION keep_part_of_published_revision() CASCADE;
DROP FUNCTION keep_product_of_agreement() CASCADE;
DROP FUNCTION keep_facts_of_notice() CASCADE;
"""


class Migration(migrations.Migration):
    """Triggers on agreements, calendars and the outbox."""

    dependencies = [("slas", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
