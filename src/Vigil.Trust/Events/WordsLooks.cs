namespace Vigil.Trust;

/// <summary>
/// Question, asked by who keeps words of people (conversations, flags, notices) and answered by viewing: may this
/// person
/// read them now? Where they may, the record of the look is written by it, at its worst. Answer: <see
/// cref="WordsLook"/>.
/// </summary>
/// <param name="Viewer">The person's name as an actor; of whom a program names, "key:…/…".</param>
/// <param name="Session">Of the console; null: a program's.</param>
/// <param name="About">Whose words: "case", "notice", "report", "subject", "transcript" or "appeal".</param>
/// <param name="Characters">How many there are to read.</param>
public sealed record WordsLookWanted(
    CaseRef Case,
    string Viewer,
    Guid? Session,
    string About,
    int Characters
);

/// <param name="ViewId">Of the record; empty: it may not be.</param>
/// <param name="Allowance">How long they may stay uncovered.</param>
/// <param name="Refusal">Null: it may be.</param>
public sealed record WordsLook(Guid ViewId, TimeSpan Allowance, WordsRefusal? Refusal);

/// <param name="Code">Stable, for programs.</param>
/// <param name="Text">What to do, for the person alone.</param>
/// <param name="Until">When to ask again; null: not by time.</param>
public sealed record WordsRefusal(string Code, string Text, DateTimeOffset? Until);

/// <summary>Raised when what was asked for is about to be shown, or will not be.</summary>
public sealed record WordsAnswered(Guid ViewId, bool IsShown);

/// <summary>
/// Question, asked by viewing and answered by the cases: what is known to be in this case, for who asked not to be
/// given
/// it? Answer: <see cref="CaseHarms"/>.
/// </summary>
public sealed record CaseHarmsWanted(CaseRef Case);

public sealed record CaseHarms(IReadOnlyList<HarmKind> Harms);
