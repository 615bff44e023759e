using Vigil.Server.Http;

namespace Vigil.Server.Features.Cases.Grading;

/// <summary>Apparent, never known.</summary>
internal enum AgeBand
{
    Prepubescent,
    Pubescent,

    /// <summary>It cannot be told.</summary>
    Unclear,
    Adult,
}

internal enum SexualActivity
{
    None,

    /// <summary>Nudity or posing with a sexual purpose.</summary>
    Posing,
    NonPenetrative,
    Penetrative,
}

internal enum Depiction
{
    Real,
    Drawn,

    /// <summary>Made by a program so that it looks real.</summary>
    Generated,
}

/// <summary>What one person saw or read, in facts. No codes: those are derived.</summary>
internal sealed record GradeFacts
{
    public required AgeBand Age { get; init; }
    public required SexualActivity Activity { get; init; }
    public required Depiction Depiction { get; init; }
    public bool FocusOnGenitals { get; init; }
    public bool Animal { get; init; }
    public bool Sadism { get; init; }
    public bool SelfGenerated { get; init; }
    public bool LiveStreamed { get; init; }
    public bool Infant { get; init; }

    /// <summary>As data names each fact, for derivation and for agreement.</summary>
    public IReadOnlyDictionary<string, string> ByName =>
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["age"] = Words.NameOf(Age),
            ["activity"] = Words.NameOf(Activity),
            ["depiction"] = Words.NameOf(Depiction),
            ["focusOnGenitals"] = WordOf(FocusOnGenitals),
            ["animal"] = WordOf(Animal),
            ["sadism"] = WordOf(Sadism),
            ["selfGenerated"] = WordOf(SelfGenerated),
            ["liveStreamed"] = WordOf(LiveStreamed),
            ["infant"] = WordOf(Infant),
        };

    /// <exception cref="ProblemException">Facts that exclude each other.</exception>
    public GradeFacts Checked()
    {
        if (Infant && Age != AgeBand.Prepubescent)
        {
            throw Contradiction("An infant is prepubescent.");
        }
        if ((Animal || Sadism) && Activity == SexualActivity.None)
        {
            throw Contradiction("An animal or sadism is noted of a sexual activity: say which.");
        }
        if (FocusOnGenitals && Activity == SexualActivity.None)
        {
            throw Contradiction("A focus on genitals is at least posing.");
        }
        if (SelfGenerated && Depiction == Depiction.Drawn)
        {
            throw Contradiction("What is drawn is not self-generated.");
        }
        return this;
    }

    private static string WordOf(bool value) => value ? "yes" : "no";

    private static ProblemException Contradiction(string what) =>
        ProblemException.BadRequest("facts_contradict", $"{what} Look at the facts again.");
}
