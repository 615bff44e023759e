using Vigil.Server.Features.Cases.Grading;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Subject;

/// <summary>
/// That somebody who was told said something of a case; what they said in words takes a look of its own.
/// </summary>
/// <param name="From">As authority.</param>
/// <param name="Outcome">As not_csam.</param>
/// <param name="TextCharacters">0: there are no words.</param>
public sealed record FeedbackView(
    Guid Id,
    string From,
    string Outcome,
    int TextCharacters,
    DateTimeOffset At
);

/// <summary>Its words.</summary>
public sealed record FeedbackWords(
    Guid FeedbackId,
    string From,
    string Outcome,
    DateTimeOffset At,
    string Text
);

/// <summary>What was said of a case afterwards, still sealed.</summary>
internal sealed class CaseFeedback
{
    /// <summary>The timeline's code: its line has from and outcome.</summary>
    public const string InTimeline = "feedback";

    public Guid Id { get; init; }
    public FeedbackFrom FromWhom { get; init; }
    public FeedbackOutcome Outcome { get; init; }
    public byte[]? Words { get; init; }
    public DateTimeOffset At { get; init; }

    /// <summary>
    /// The newest first, as many as are shown. It tells what was decided: who is still to judge alone, by an opinion or
    /// an audit, is shown none.
    /// </summary>
    /// <param name="tx">Of the read.</param>
    /// <param name="file">The case.</param>
    /// <param name="me">As <see cref="DecidingPerson.ReaderOf"/>.</param>
    public static async Task<IReadOnlyList<CaseFeedback>> OfAsync(Tx tx, CaseFile file, string me) =>
        await BlindReading.WhyAsync(tx, file, me) is not null
            ? []
            : await tx.QueryAsync<CaseFeedback>(
                """
                select id, from_whom, outcome, words, at from case_feedback
                where tenant = @tenant and case_id = @caseId order by at desc, id limit @limit
                """,
                new { caseId = file.Id, limit = ReadCase.FlagsShown }
            );

    public FeedbackView ToView(Tx tx) =>
        new(
            Id,
            Cases.Words.NameOf(FromWhom),
            Cases.Words.NameOf(Outcome),
            Sealed.Open(tx, Words, Id)?.Length ?? 0,
            At
        );

    /// <summary>Null: it came without.</summary>
    public FeedbackWords? ToWords(Tx tx) =>
        Sealed.Open(tx, Words, Id) is { Length: > 0 } text
            ? new FeedbackWords(Id, Cases.Words.NameOf(FromWhom), Cases.Words.NameOf(Outcome), At, text)
            : null;

    /// <summary>A line as it is shown: earlier versions kept the words there too, after from and outcome.</summary>
    public static string? LineOf(string what, string? text) =>
        what == InTimeline && text is not null
            ? text[..(text.IndexOf('.', StringComparison.Ordinal) + 1)]
            : text;
}
