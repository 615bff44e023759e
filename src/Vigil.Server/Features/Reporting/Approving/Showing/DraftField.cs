namespace Vigil.Server.Features.Reporting.Approving.Showing;

public enum FieldKind
{
    Line,
    Text,
    Choice,
    Check,
}

/// <summary>A field of the edit form with its value.</summary>
/// <param name="Anchor">Where findings lead to; also its name in the form.</param>
public sealed record DraftField(
    string Part,
    string Anchor,
    string Label,
    string Help,
    FieldKind Kind,
    string Value,
    int Most,
    IReadOnlyList<string> Choices
)
{
    public string Name => Anchor;

    /// <summary>It cannot be left empty.</summary>
    public bool IsNeeded { get; init; }
}

/// <summary>How a field is read from a draft and put into one.</summary>
/// <param name="Set">Of a value that differs from the draft's; empty: it is taken out.</param>
internal sealed record FieldSpec(
    string Part,
    string Anchor,
    string Label,
    Func<ReportDraft, string> Get,
    Func<ReportDraft, string, ReportDraft> Set
)
{
    public string Help { get; init; } = "";
    public FieldKind Kind { get; init; } = FieldKind.Line;
    public int Most { get; init; } = 300;
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>It cannot be left empty.</summary>
    public bool IsNeeded { get; init; }

    public DraftField Of(ReportDraft draft) =>
        new(Part, Anchor, Label, Help, Kind, Get(draft), Most, Choices) { IsNeeded = IsNeeded };
}
