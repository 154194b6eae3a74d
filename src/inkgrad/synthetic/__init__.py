"""Lines, envelopes, forms and pages composed with known answers, in real hands and fonts."""
