"""Forms: a template from an empty one, and filled ones laid on it and read field by field."""
