using System.Text.Json.Nodes;
using Vigil.CyberTip;

namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>A field of a recipient's form: its place, where it comes from, and how.</summary>
/// <param name="Name">With dots between the parts, as "reporter.name".</param>
/// <param name="Source">Path in a <see cref="ReportDraft"/>; empty: never supplied.</param>
/// <param name="Note">What it means, or why it is not supplied.</param>
/// <param name="Value">Null: nothing is known.</param>
internal sealed record ReportField(
    string Name,
    string Source,
    string Note,
    Func<ReportDraft, JsonNode?> Value
)
{
    /// <summary>The form has it and this program never has anything to say there.</summary>
    public static ReportField Never(string name, string why) => new(name, "", why, _ => null);
}

/// <summary>The same of each file.</summary>
internal sealed record FileField(
    string Name,
    string Source,
    string Note,
    Func<DraftFile, FileDetails, JsonNode?> Value
);
