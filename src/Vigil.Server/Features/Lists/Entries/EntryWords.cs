using Vigil.Server.Features.Lists.Keeping;

namespace Vigil.Server.Features.Lists.Entries;

/// <summary>Outcomes and states as the API writes them.</summary>
internal static class EntryWords
{
    public static string Of(EntryOutcome outcome) =>
        outcome switch
        {
            EntryOutcome.Added => "added",
            EntryOutcome.AlreadyThere => "already_there",
            EntryOutcome.Updated => "updated",
            EntryOutcome.Tombstoned => "tombstoned",
            _ => "restored",
        };

    public static string Of(EntryState state) => $"{state}".ToLowerInvariant();
}
