using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>One message of a conversation that a user hands in.</summary>
public sealed record FlagMessage
{
    /// <summary>The platform's pseudonym of who wrote it.</summary>
    public string? From { get; init; }
    public DateTimeOffset? At { get; init; }
    public string? Text { get; init; }
}

/// <summary>A user's flag as the platform hands it on.</summary>
internal sealed record FlagRequest
{
    /// <summary>The platform's own reference of the content.</summary>
    public string? ContentRef { get; init; }

    /// <summary>The platform's pseudonym of the flagged account.</summary>
    public string? Account { get; init; }
    public string? Surface { get; init; }

    /// <summary>A word of the closed enumeration.</summary>
    public string? Reason { get; init; }

    /// <summary>ISO 3166-1 alpha-2.</summary>
    public string? Jurisdiction { get; init; }
    public string? Text { get; init; }
    public IReadOnlyList<FlagMessage>? Thread { get; init; }

    /// <summary>The platform's pseudonym of who flagged; without it flags of the same words are one.</summary>
    public string? Reporter { get; init; }
}

/// <param name="CaseRef">To follow it by.</param>
/// <param name="FlagId">Null: the item, or this reporter, has so many that this one was counted, without its
/// words.</param>
/// <param name="IsRepeat">The same reporter said the same, and its item is still open; it was counted.</param>
/// <param name="Contents">"apart": see /v1/contents.</param>
internal sealed record FlagAnswer(string CaseRef, Guid? FlagId, bool IsRepeat, string Contents)
{
    /// <summary>
    /// Heard, and this many of the reporter's about this account are counted without their words, this one among them;
    /// null: it was kept.
    /// </summary>
    public long? Counted { get; init; }
}

/// <summary>
/// POST /v1/flags: a user says something is wrong. Opens or joins a case for people to look at; nothing is
/// blocked and nobody is acted against because of a flag.
/// </summary>
internal static class SubmitFlag
{
    public static async Task<IResult> HandleAsync(HttpContext context)
    {
        var body = await JsonBody.ReadBytesAsync(context, CaseLimits.FlagBytes);
        var flag = Check(JsonBody.Parse<FlagRequest>(body));
        var db = context.RequestServices.GetRequiredService<Db>();
        return await Idempotent.RunAsync(
            context,
            body,
            StatusCodes.Status202Accepted,
            work => db.WriteAsync(context.Actor(), Permission.FlagSubmit, work, context.RequestAborted),
            tx => TakeFlag.RunAsync(tx, flag)
        );
    }

    /// <exception cref="ProblemException">Something is missing, unknown or too long.</exception>
    private static Flag Check(FlagRequest request)
    {
        var account = CaseLimits.Optional(request.Account, CaseLimits.PseudonymCharacters, "account");
        var content = CaseLimits.Optional(request.ContentRef, CaseLimits.ContentRefCharacters, "contentRef");
        if (account is null && content is null)
        {
            throw ProblemException.BadRequest(
                "nothing_flagged",
                "Send 'contentRef', 'account' or both: what was flagged."
            );
        }
        return new Flag(
            account,
            content,
            Given.Surface(request.Surface),
            Given.Jurisdiction(request.Jurisdiction),
            Words.Parse<FlagReason>(request.Reason, "reason"),
            CaseLimits.Optional(request.Text, CaseLimits.FlagTextCharacters, "text"),
            ThreadOf(request.Thread),
            CaseLimits.Optional(request.Reporter, CaseLimits.PseudonymCharacters, "reporter")
        );
    }

    private static string? ThreadOf(IReadOnlyList<FlagMessage>? thread)
    {
        if (thread is null or { Count: 0 })
        {
            return null;
        }
        if (thread.Count > CaseLimits.ThreadMessages)
        {
            throw ProblemException.BadRequest(
                "thread_too_long",
                $"'thread' has at most {CaseLimits.ThreadMessages} messages: send those that matter."
            );
        }
        foreach (var message in thread)
        {
            _ = CaseLimits.Optional(message?.From, CaseLimits.PseudonymCharacters, "thread.from");
            _ = CaseLimits.Required(message?.Text, CaseLimits.MessageCharacters, "thread.text");
        }
        return JsonSerializer.Serialize(thread, JsonSerializerOptions.Web);
    }

    public static async Task<Guid> InsertAsync(Tx tx, Guid itemId, Flag flag, byte[] digest)
    {
        var id = tx.NewId();
        await tx.ExecuteAsync(
            """
            insert into case_flag (tenant, id, item_id, digest, reason, reporter, reporter_digest, words, thread,
                count, first_at, last_at)
            values (@tenant, @id, @itemId, @digest, @reason, @reporter, @reporterDigest, @words, @thread,
                1, @at, @at)
            """,
            new
            {
                id,
                itemId,
                digest,
                reason = flag.Reason.ToString(),
                reporter = Sealed.Seal(tx, flag.Reporter, id),
                reporterDigest = Sealed.ReporterDigest(tx, flag.Account, flag.Reporter),
                words = Sealed.Seal(tx, flag.Text, id),
                thread = Sealed.Seal(tx, flag.Thread, id),
                at = tx.Now,
            }
        );
        await CountAsync(tx, itemId);
        return id;
    }

    public static Task<int> CountAsync(Tx tx, Guid itemId) =>
        tx.ExecuteAsync(
            "update case_item set flag_count = flag_count + 1 where tenant = @tenant and id = @itemId",
            new { itemId }
        );

    /// <summary>A flag, checked.</summary>
    internal sealed record Flag(
        string? Account,
        string? ContentRef,
        string Surface,
        string Jurisdiction,
        FlagReason Reason,
        string? Text,
        string? Thread,
        string? Reporter
    )
    {
        /// <summary>Two flags of this are one while their item is open.</summary>
        public string Sameness =>
            JsonSerializer.Serialize<string?[]>([
                Account,
                ContentRef,
                Reporter,
                Reason.ToString(),
                Text,
                Thread,
            ]);

        public NewItem ToItem() =>
            new()
            {
                Origin = CaseOrigin.Flag,
                Account = Account,
                ContentRef = ContentRef,
                Surface = Surface,
                Jurisdiction = Jurisdiction,
                Decision = "none",
                Summary = $"Flagged by a user: {Words.NameOf(Reason)}.",
                Reason = Reason,
                NamesNoSuspect = Reason == FlagReason.IntimateImage,
            };
    }
}
