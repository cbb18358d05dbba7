"""One run that shows how fast Vitrina is, and writes docs/speed.md."""
