"""Prompt templates, as files of a package: `importlib.resources.files("prompts")` finds them in every installation."""
