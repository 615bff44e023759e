using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>
/// When this organisation knew of an item: its first confirmation by a person, or the arrival of the notice that it
/// came with, whichever was earlier. The law's clocks run from then, not from the machine's match.
/// </summary>
internal static class Knowledge
{
    /// <summary>Null: nobody confirmed it, and no notice brought it.</summary>
    public static DateTimeOffset? Of(CaseItem item, Notice? notice)
    {
        DateTimeOffset?[] times =
        [
            item.KnownAt,
            item.State == ItemState.Confirmed ? item.DecidedAt : null,
            ArrivalOf(item, notice),
        ];
        return times.Min();
    }

    /// <summary>A notice cannot have come after it was entered here, whatever its date says.</summary>
    public static DateTimeOffset? ArrivalOf(CaseItem item, Notice? notice) =>
        item.Origin != CaseOrigin.Notice && notice is null ? null
        : notice?.ReceivedAt < item.At ? notice.ReceivedAt
        : item.At;

    /// <summary>Of a confirmation that leaves: kept with each item, and told to who reports.</summary>
    public static async Task ConfirmedAsync(Tx tx, CaseFile file, IReadOnlyList<CaseItem> items)
    {
        var earliest = tx.Now;
        foreach (var item in items)
        {
            var known = Of(item, Notice.Of(Sealed.Open(tx, item.Notice, item.Id))) ?? tx.Now;
            earliest = known < earliest ? known : earliest;
            await tx.ExecuteAsync(
                """
                update case_item set known_at = @known
                where tenant = @tenant and id = @id and (known_at is null or known_at > @known)
                """,
                new { id = item.Id, known }
            );
        }
        await tx.RaiseAsync(
            new CaseConfirmed(new CaseRef(file.Ref), [.. items.Select(item => item.Id)], earliest)
        );
    }
}
