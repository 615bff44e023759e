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
/// <param name="FlagId">Null: the item has so many flags that this one was counted only.</param>
/// <param name="IsRepeat">The same reporter flagged this before; it was counted.</param>
/// <param name="Contents">"apart": see /v1/contents.</param>
internal sealed record FlagAnswer(string CaseRef, Guid? FlagId, bool IsRepeat, string Contents);

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
            tx => TakeAsync(tx, flag)
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

    private static async Task<FlagAnswer> TakeAsync(Tx tx, Flag flag)
    {
        var digest = Sealed.FlagDigest(tx, flag.Sameness);
        return await CountRepeatAsync(tx, digest) ?? await AddAsync(tx, flag, digest);
    }

    private static async Task<FlagAnswer?> CountRepeatAsync(Tx tx, byte[] digest)
    {
        var known = await tx.FindAsync<Known>(
            """
            select g.id, g.item_id, f.ref from case_flag g
            join case_item i on i.tenant = g.tenant and i.id = g.item_id
            join case_file f on f.tenant = i.tenant and f.id = i.case_id
            where g.tenant = @tenant and g.digest = @digest
            """,
            new { digest }
        );
        if (known is null)
        {
            return null;
        }
        await tx.ExecuteAsync(
            "update case_flag set count = count + 1, last_at = @at where tenant = @tenant and id = @id",
            new { id = known.Id, at = tx.Now }
        );
        await CountAsync(tx, known.ItemId);
        return new FlagAnswer(known.Ref, known.Id, IsRepeat: true, CaseStatus.Apart);
    }

    private static async Task<FlagAnswer> AddAsync(Tx tx, Flag flag, byte[] digest)
    {
        var known = await FindOpenItemAsync(tx, flag);
        if (known is null)
        {
            var joined = await JoinCase.AddAsync(tx, flag.ToItem());
            var first = await InsertAsync(tx, joined.ItemId, flag, digest);
            return new FlagAnswer(joined.Ref.Value, first, IsRepeat: false, CaseStatus.Apart);
        }
        var kept = await tx.FindAsync<long>(
            "select count(*) from case_flag where tenant = @tenant and item_id = @itemId",
            new { itemId = known.ItemId }
        );
        Guid? id = null;
        if (kept < CaseLimits.FlagsPerItem)
        {
            id = await InsertAsync(tx, known.ItemId, flag, digest);
            await CaseTimeline.AddAsync(tx, known.Id, "flag_added", Words.NameOf(flag.Reason));
            await RaisePriorityAsync(tx, known.Id, flag);
            await CaseTimeline.PublishAsync(tx, "case.updated", known.Id);
        }
        else
        {
            await CountAsync(tx, known.ItemId);
        }
        return new FlagAnswer(known.Ref, id, IsRepeat: false, CaseStatus.Apart);
    }

    /// <summary>The same content in a case that is open: the flag joins it, whoever or whatever found it.</summary>
    private static async Task<Known?> FindOpenItemAsync(Tx tx, Flag flag) =>
        flag.ContentRef is null
            ? null
            : await tx.FindAsync<Known>(
                """
                select f.id, i.id as item_id, f.ref from case_item i
                join case_file f on f.tenant = i.tenant and f.id = i.case_id
                where i.tenant = @tenant and i.content_digest = @digest and i.state = 'Open' and f.state = 'Open'
                  and not f.is_test
                order by i.at, i.id limit 1
                """,
                new { digest = Sealed.ContentDigest(tx, flag.Account, flag.ContentRef) }
            );

    public static async Task<Guid> InsertAsync(Tx tx, Guid itemId, Flag flag, byte[] digest)
    {
        var id = tx.NewId();
        await tx.ExecuteAsync(
            """
            insert into case_flag (tenant, id, item_id, digest, reason, reporter, words, thread, count, first_at,
                last_at)
            values (@tenant, @id, @itemId, @digest, @reason, @reporter, @words, @thread, 1, @at, @at)
            """,
            new
            {
                id,
                itemId,
                digest,
                reason = flag.Reason.ToString(),
                reporter = Sealed.Seal(tx, flag.Reporter, id),
                words = Sealed.Seal(tx, flag.Text, id),
                thread = Sealed.Seal(tx, flag.Thread, id),
                at = tx.Now,
            }
        );
        await CountAsync(tx, itemId);
        return id;
    }

    private static Task<int> CountAsync(Tx tx, Guid itemId) =>
        tx.ExecuteAsync(
            "update case_item set flag_count = flag_count + 1 where tenant = @tenant and id = @itemId",
            new { itemId }
        );

    private static Task<int> RaisePriorityAsync(Tx tx, Guid caseId, Flag flag) =>
        tx.ExecuteAsync(
            """
            update case_file set updated_at = @at,
                priority = case when priority < @priority then @priority else priority end
            where tenant = @tenant and id = @caseId
            """,
            new
            {
                caseId,
                at = tx.Now,
                priority = CasePriority.Of(
                    CaseOrigin.Flag,
                    flag.Surface,
                    "none",
                    flag.Reason,
                    isContradiction: false,
                    isTest: false
                ),
            }
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
        /// <summary>Two flags of this are one: of one reporter, or of nobody and in the same words.</summary>
        public string Sameness =>
            JsonSerializer.Serialize(
                Reporter is null
                    ? (string?[])[Account, ContentRef, null, Reason.ToString(), Text, Thread]
                    : [Account, ContentRef, Reporter]
            );

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

    private sealed class Known
    {
        public Guid Id { get; init; }
        public Guid ItemId { get; init; }
        public string Ref { get; init; } = "";
    }
}
