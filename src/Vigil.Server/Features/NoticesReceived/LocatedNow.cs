using Vigil.Trust;

namespace Vigil.Server.Features.NoticesReceived;

/// <summary>What the fingerprints of a notice found, without what a person found to be harmless since.</summary>
internal static class LocatedNow
{
    /// <summary>Where its contents are held still; asked of the cases.</summary>
    public static async Task<IReadOnlyList<LocatedContent>> InAsync(Tx tx, NoticeDetails details)
    {
        if (details.LocatedIn.Count == 0)
        {
            return [];
        }
        var harmless = await tx.AskAsync<HarmlessItemsWanted, HarmlessItems>(
            new HarmlessItemsWanted([.. details.LocatedIn.Select(one => one.ItemId).Distinct()])
        );
        return [.. details.LocatedIn.Where(one => !harmless.Items.Contains(one.ItemId))];
    }

    /// <summary>Their references; those of which no item was kept, from before it was, stay.</summary>
    public static IEnumerable<string> Of(NoticeDetails details, IReadOnlyList<LocatedContent> now) =>
        details
            .Located.Except(details.LocatedIn.Select(one => one.ContentRef), StringComparer.Ordinal)
            .Union(now.Select(one => one.ContentRef), StringComparer.Ordinal);

    /// <summary>Inside a fence, those in cases that the reader may see; nothing of which no case is known.</summary>
    public static async Task<IReadOnlyList<string>> VisibleAsync(Tx tx, NoticeDetails details)
    {
        var now = await InAsync(tx, details);
        return await tx.VisibleCasesAsync() is { } visible
            ?
            [
                .. now.Where(one => visible.Contains(one.CaseRef))
                    .Select(one => one.ContentRef)
                    .Distinct(StringComparer.Ordinal),
            ]
            : [.. Of(details, now)];
    }
}
