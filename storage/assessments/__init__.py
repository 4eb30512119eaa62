"""Assessments: runs through the questions of a framework, their answers and their words."""
