"""What stands in a cell: words, dates and countries as people write them."""
