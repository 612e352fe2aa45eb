"""Which agent edits which file, or has claimed it, so that two do not meet in one unawares."""
