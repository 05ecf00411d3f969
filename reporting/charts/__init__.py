"""Charts as numbers: where everything stands, in percent of the plot, so that one drawing fits a phone and a desk.

Pure: templates/reporting/charts/ turns the numbers into SVG and adds the words.
"""
