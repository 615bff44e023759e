using System.Text.Json.Nodes;

namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>An address of a report to ICCAM.</summary>
/// <param name="Index">From 0; the first is the source.</param>
/// <param name="IsMedia">A file; otherwise a page.</param>
internal sealed record IccamUrl(ReportDraft Draft, string Url, int Index, bool IsMedia)
{
    public static IReadOnlyList<IccamUrl> Of(ReportDraft draft)
    {
        var files = draft.Tip.FileDetails.Select(file => file.LocationOfFile).OfType<string>().ToHashSet();
        return
        [
            .. DraftValues.Urls(draft).Select((url, i) => new IccamUrl(draft, url, i, files.Contains(url))),
        ];
    }

    public override string ToString() => $"Address {Index}";
}

/// <summary>A member of each address, as ICCAM names it.</summary>
internal sealed record IccamUrlField(
    string Name,
    string Source,
    string Note,
    Func<IccamUrl, JsonNode?> Value
);
