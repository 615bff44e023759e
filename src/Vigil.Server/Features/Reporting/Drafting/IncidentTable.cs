using Vigil.CyberTip;

namespace Vigil.Server.Features.Reporting.Drafting;

/// <summary>What a problem type is called in a report.</summary>
/// <param name="ProblemType">As the case's.</param>
/// <param name="Note">For the reviewer; empty: nothing to say.</param>
internal sealed record IncidentRow(
    string ProblemType,
    string IncidentType,
    IReadOnlyList<string> ReportAnnotations,
    IReadOnlyList<string> FileAnnotations,
    string Note
)
{
    /// <summary>Null: a person has to choose.</summary>
    public IncidentType? Type => IncidentTable.TypeOf(IncidentType);
}

/// <summary>From problem types to incident types and annotations, as data with its source.</summary>
internal static class IncidentTable
{
    private static readonly Table Data = DraftingData.Read<Table>("incidents.json");

    /// <summary>A type that the table has not, as "Other": nothing is said, and a person has to choose.</summary>
    private static readonly IncidentRow Unsaid = new("", "", [], [], "");

    public static IReadOnlyList<IncidentRow> Rows => Data.Rows;

    public static string Source => Data.Source;

    public static IncidentRow Of(string problemType) =>
        Data.Rows.FirstOrDefault(row => row.ProblemType == problemType) ?? Unsaid;

    /// <summary>By this library's name of it, as "onlineEnticement"; null: no such type.</summary>
    public static IncidentType? TypeOf(string? name) =>
        !string.IsNullOrEmpty(name)
        && !char.IsAsciiDigit(name[0])
        && Enum.TryParse<IncidentType>(name, ignoreCase: true, out var type)
        && Enum.IsDefined(type)
            ? type
            : null;

    private sealed record Table(DateOnly CheckedOn, string Source, IReadOnlyList<IncidentRow> Rows);
}
