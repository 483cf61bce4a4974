"""RemixLab: a sentence becomes a licensed remix, a listen becomes a payment."""
