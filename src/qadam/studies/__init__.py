"""The front room: one file per problem; the file name is the registration."""
