"""From what may be said to a finished mail: letters read at the last moment, words in six languages, both bodies."""
