"""The words everybody uses: schema, project file, texts, claims, errors, progress, writing that is all or nothing."""
