"""Audio formats: recognised by their content, cut into parts and pieces that a decoder reads without seeking."""
