"""The seam between Django's templates and what Vite builds: tags that name an entry, an icon, a font, a clock.
Not here: views, models or any rule of the shop."""
