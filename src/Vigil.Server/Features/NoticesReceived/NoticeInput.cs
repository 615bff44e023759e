using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.NoticesReceived;

/// <summary>What senders write, checked. No error repeats a value.</summary>
internal static class NoticeInput
{
    private static readonly Dictionary<string, int> DigitsOf = new(StringComparer.Ordinal)
    {
        ["md5"] = 32,
        ["sha1"] = 40,
        ["sha256"] = 64,
        ["pdq"] = 64,
    };

    public static NoticeDetails DetailsOf(NoticeRequest wanted)
    {
        var details = new NoticeDetails
        {
            Sender =
                Given.Optional(wanted.Sender, NoticeLimits.NameCharacters, "sender")
                ?? throw ProblemException.BadRequest("missing", "'sender' is required: who gives notice."),
            Reference = Given.Optional(wanted.Reference, NoticeLimits.NameCharacters, "reference"),
            Account = Given.Optional(wanted.Account, NoticeLimits.NameCharacters, "account"),
            Contents = ContentsOf(wanted.Contents),
            Hashes = HashesOf(wanted.Hashes),
            Text = Given.Optional(wanted.Text, NoticeLimits.TextCharacters, "text"),
        };
        return details is { Contents.Count: 0, Hashes.Count: 0, Account: null, Text: null }
            ? throw ProblemException.BadRequest(
                "nothing_named",
                "Name a content, a fingerprint or an account, or say in 'text' what it is about."
            )
            : details;
    }

    public static DateTimeOffset ReceivedOf(Tx tx, NoticeRequest wanted)
    {
        var received = wanted.ReceivedAt ?? tx.Now;
        return received <= tx.Now + NoticeLimits.Skew && received >= tx.Now - NoticeLimits.OldestArrival
            ? received
            : throw ProblemException.BadRequest(
                "bad_received_at",
                "'receivedAt' is a time of the last year."
            );
    }

    public static DateTimeOffset? DeadlineOf(NoticeRequest wanted, DateTimeOffset received) =>
        wanted.Deadline is not { } deadline
        || (deadline > received && deadline <= received + NoticeLimits.LatestDeadline)
            ? wanted.Deadline
            : throw ProblemException.BadRequest(
                "bad_deadline",
                "'deadline' is a time within a year after 'receivedAt'."
            );

    public static bool WantsRemoval(string? action) =>
        action is "remove" or "inform"
            ? action == "remove"
            : throw ProblemException.BadRequest("bad_action", "'action' is one of: remove, inform.");

    /// <summary>As the cases are asked; fingerprints come beside it.</summary>
    public static NoticeCaseWanted CaseOf(
        NoticeRequest wanted,
        NoticeDetails details,
        NoticeCategory category,
        DateTimeOffset received,
        DateTimeOffset? deadline
    ) =>
        new()
        {
            From = details.Sender,
            Reference = details.Reference,
            ReceivedAt = received,
            AnswerBy = deadline,
            Account = details.Account,
            Contents = details.Contents,
            Surface = Given.Surface(wanted.Surface),
            Jurisdiction = Given.Jurisdiction(wanted.Jurisdiction),
            ProblemType = Words.Of(category),
            Text = WordsOf(details, category),
        };

    /// <summary>As the case shows it: counts of fingerprints, never their values.</summary>
    public static string WordsOf(NoticeDetails details, NoticeCategory category)
    {
        var more = Math.Max(0, details.Contents.Count - 1);
        return string.Join(
            ' ',
            new[]
            {
                $"{Words.Of(category).Replace('_', ' ')}.",
                more > 0 ? $"{more} more contents are named in the notice." : "",
                details.Hashes.Count > 0 ? $"{details.Hashes.Count} fingerprints came with it." : "",
                details.Text ?? "",
            }.Where(text => text.Length > 0)
        );
    }

    private static IReadOnlyList<string> ContentsOf(IReadOnlyList<string>? contents)
    {
        if (contents?.Count > NoticeLimits.Contents)
        {
            throw ProblemException.BadRequest(
                "too_many_contents",
                $"A notice names at most {NoticeLimits.Contents} contents: send several."
            );
        }
        return
        [
            .. (contents ?? [])
                .Select(content => Given.Optional(content, NoticeLimits.ContentCharacters, "contents"))
                .OfType<string>()
                .Distinct(StringComparer.Ordinal),
        ];
    }

    private static IReadOnlyList<NoticeHash> HashesOf(IReadOnlyList<NoticeHash>? hashes)
    {
        if (hashes?.Count > NoticeLimits.Hashes)
        {
            throw ProblemException.BadRequest(
                "too_many_hashes",
                $"A notice has at most {NoticeLimits.Hashes} fingerprints: send several, or a list."
            );
        }
        return
        [
            .. (hashes ?? [])
                .Select(hash =>
                    DigitsOf.TryGetValue(hash?.Algorithm ?? "", out var digits)
                    && hash!.Value?.Length == digits
                    && hash.Value.All(char.IsAsciiHexDigit)
                        ? hash with
                        {
                            Value = hash.Value.ToLowerInvariant(),
                        }
                        : throw ProblemException.BadRequest(
                            "bad_hash",
                            "A fingerprint is {algorithm, value}: md5, sha1, sha256 or pdq, in hexadecimal."
                        )
                )
                .Distinct(),
        ];
    }
}
