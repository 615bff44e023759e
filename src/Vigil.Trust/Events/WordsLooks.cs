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
/// <param name="Characters">How many there are to read now.</param>
public sealed record WordsLookWanted(CaseRef Case, string Viewer, Guid? Session, string About, int Characters)
{
    /// <summary>What has the words, where a look at them can go on, as a content; null: it cannot.</summary>
    public Guid? Subject { get; init; }

    /// <summary>A look that goes on with other parts of the same words; null: it is a new one.</summary>
    public WordsGoingOn? GoesOn { get; init; }
}

/// <param name="ViewId">Of the look.</param>
/// <param name="Time">From its beginning on, in which it covers them all.</param>
/// <param name="Since">When the words came here: an earlier look is of others.</param>
public sealed record WordsGoingOn(Guid ViewId, TimeSpan Time, DateTimeOffset Since);

/// <param name="ViewId">Of the record; empty: it may not be.</param>
/// <param name="Allowance">How long they may stay uncovered.</param>
/// <param name="Refusal">Null: it may be.</param>
public sealed record WordsLook(Guid ViewId, TimeSpan Allowance, WordsRefusal? Refusal)
{
    /// <summary>The how manieth time within the look, from 1.</summary>
    public int Uncovering { get; init; } = 1;
}

/// <param name="Code">Stable, for programs.</param>
/// <param name="Text">What to do, for the person alone.</param>
/// <param name="Until">When to ask again; null: not by time.</param>
public sealed record WordsRefusal(string Code, string Text, DateTimeOffset? Until);

/// <summary>Raised when what was asked for is about to be shown, or will not be.</summary>
public sealed record WordsAnswered(Guid ViewId, bool IsShown);

/// <summary>
/// Question, asked where somebody decides about words and answered by viewing: did this person open words of this kind
/// in this case since then? Answer: <see cref="WordsSeen"/>. Nobody answers it: nobody knows.
/// </summary>
/// <param name="Viewer">As of <see cref="WordsLookWanted"/>.</param>
/// <param name="About">Likewise.</param>
public sealed record WordsSeenWanted(CaseRef Case, string Viewer, string About, DateTimeOffset Since);

/// <param name="IsSeen">Words were shown to them; whether they read them nobody knows.</param>
public sealed record WordsSeen(bool IsSeen);

/// <summary>
/// Question, asked by viewing and answered by the cases: what is known to be in this case, for who asked not to be
/// given
/// it? Answer: <see cref="CaseHarms"/>.
/// </summary>
public sealed record CaseHarmsWanted(CaseRef Case);

public sealed record CaseHarms(IReadOnlyList<HarmKind> Harms);
