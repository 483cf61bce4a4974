"""The steps that bring the tables to their present shape, in order; a step that has shipped is never changed."""
