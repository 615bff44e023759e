using System.Text.Json;
using Vigil.Server.Features.Reporting.Destinations;
using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Approving.Clocks;

/// <summary>Which items of one case a report says: by a file, or by their match; of a batch, by its file.</summary>
internal sealed class SaidItems
{
    private readonly HashSet<Guid> _items;
    private readonly bool _isListed;

    private SaidItems(ReportDraft draft, ReportRow report, string caseRef)
    {
        DraftedAt = report.CreatedAt;
        Hosts = HostFacts
            .HostsOf(draft)
            .Concat(CaC3pDestination.Hosts(draft))
            .ToHashSet(StringComparer.Ordinal);
        _items = [.. draft.BatchItems.GetValueOrDefault(caseRef, [])];
        _isListed = _items.Count > 0;
        if (report.CaseRef == caseRef)
        {
            _items.UnionWith(draft.Files.Select(file => file.ItemId).OfType<Guid>());
            _items.UnionWith(draft.ItemIds);
            _isListed |= draft.ItemIds.Count > 0;
        }
    }

    public DateTimeOffset DraftedAt { get; }

    /// <summary>Of its addresses.</summary>
    public IReadOnlySet<string> Hosts { get; }

    /// <summary>Null: the draft cannot be read.</summary>
    public static async Task<SaidItems?> ReadAsync(Tx tx, FiledReport filed)
    {
        var report = (await ReportRow.FindAsync(tx, filed.Id))!;
        try
        {
            return new SaidItems(await Drafts.ReadAsync(tx, report), report, filed.CaseRef);
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Each of the items is in one of the reports.</summary>
    public static async Task<bool> AreAllInAsync(
        Tx tx,
        IReadOnlyList<FiledReport> reports,
        IReadOnlyList<ReportableItem> items
    )
    {
        var missing = items.ToList();
        foreach (var report in reports)
        {
            if (missing.Count > 0 && await ReadAsync(tx, report) is { } said)
            {
                missing.RemoveAll(said.Has);
            }
        }
        return missing.Count == 0;
    }

    /// <summary>
    /// Where it does not list them, as the drafts of before: what was first confirmed before it was drafted. When that
    /// was is not known of what a notice brought: then its last decision counts.
    /// </summary>
    public bool Has(ReportableItem item) =>
        _items.Contains(item.ItemId)
        || (
            !_isListed
            && (item.NoticeReceivedAt is null ? item.KnowledgeAt ?? item.DecidedAt : item.DecidedAt)
                <= DraftedAt
        );
}
