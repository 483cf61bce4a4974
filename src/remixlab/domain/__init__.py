"""Floor 0: the words everything else is said in. Import its files, one for each group of words."""
