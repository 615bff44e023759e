using Vigil.Trust;

namespace Vigil.Server.Features.Lists.Keeping;

/// <summary>What an entry is in its list.</summary>
internal enum EntryState
{
    /// <summary>Looked up.</summary>
    Active,

    /// <summary>Disputed here: not looked up until somebody releases it.</summary>
    Quarantined,

    /// <summary>A tombstone: withdrawn, and no import brings it back by itself.</summary>
    Removed,
}

/// <summary>Counts beside the list, so that no page counts a million rows.</summary>
internal static class EntryCounts
{
    public static Task AddAsync(Tx tx, Guid listId, int active = 0, int quarantined = 0, int removed = 0) =>
        tx.ExecuteAsync(
            """
            update list set active_entries = active_entries + @active,
                quarantined_entries = quarantined_entries + @quarantined,
                removed_entries = removed_entries + @removed, entries_changed_at = @at
            where tenant = @tenant and id = @listId
            """,
            new
            {
                listId,
                active,
                quarantined,
                removed,
                at = tx.Now,
            }
        );

    /// <summary>An entry goes from one state to another.</summary>
    public static Task MoveAsync(Tx tx, Guid listId, EntryState from, EntryState to)
    {
        int Of(EntryState state) => (to == state ? 1 : 0) - (from == state ? 1 : 0);
        return AddAsync(
            tx,
            listId,
            Of(EntryState.Active),
            Of(EntryState.Quarantined),
            Of(EntryState.Removed)
        );
    }
}
