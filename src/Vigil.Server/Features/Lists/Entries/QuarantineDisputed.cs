using Vigil.Server.Features.Lists.Keeping;
using Vigil.Trust;

namespace Vigil.Server.Features.Lists.Entries;

/// <summary>
/// A person found that content which these entries matched is no CSAM: they are quarantined in this tenant, in
/// the transaction of that finding, until a steward releases or withdraws them.
/// </summary>
internal static class QuarantineDisputed
{
    public static async Task RunAsync(Tx tx, EntriesDisputed disputed, ListChanges changes)
    {
        var generation = await ListWriting.NextAsync(tx, changes);
        foreach (var key in disputed.Entries.Distinct())
        {
            var entry = await EntryView.FindAsync(tx, key.ListId, key.EntryId);
            if (entry?.StoredState != EntryState.Active)
            {
                continue;
            }
            var reason = Shortened($"Disputed in case {disputed.Case}: {disputed.Reason}");
            await MoveEntry.SetAsync(tx, generation, key, EntryState.Active, EntryState.Quarantined, reason);
            await MoveEntry.RecordAsync(tx, key, EntryState.Quarantined, reason);
        }
    }

    private static string Shortened(string text) =>
        text.Length <= ListsLimits.MaxReasonCharacters ? text : text[..ListsLimits.MaxReasonCharacters];
}
