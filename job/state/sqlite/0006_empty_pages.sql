-- Pages of a cursor's reading that brought no reader that was not there already.
ALTER TABLE cursor RENAME COLUMN barren TO empty_pages;
