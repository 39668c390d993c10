"""What two or more apps need and no shop noun names: log, tenancy, money, time, ids, errors.

Not here: anything that knows of a brand's products, shows or orders. The kernel imports no app.
"""
