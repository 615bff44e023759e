using System.Text;
using Vigil.Server.Features.Reporting.Drafting;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Approving.Showing;

/// <summary>What changed in the document since the draft before.</summary>
internal static class ReportChanges
{
    public static async Task<IReadOnlyList<LineChange>> ReadAsync(Tx tx, ReadyReport ready) =>
        await Drafts.ReadBeforeAsync(tx, ready.Report) is { } before
            ? LineDiff.Of(TextOf(ready.Destination.Render(before)), TextOf(ready.Rendered))
            : [];

    private static string TextOf(RenderedReport rendered) => Encoding.UTF8.GetString(rendered.Document);
}
