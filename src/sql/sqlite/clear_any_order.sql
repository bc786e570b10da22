-- Within a transaction: foreign keys are checked when it commits, so that rows
-- of many tables may be deleted in any order.
pragma defer_foreign_keys = on
