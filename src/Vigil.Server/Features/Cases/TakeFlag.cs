using System.Text;
using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>
/// Where a flag belongs. The same reporter, reason and words are counted while their item is open; what is new joins
/// the open item of its content, or the account's open case, or a new one. What was decided or closed takes none. One
/// reporter does not fill a case with ever new words (<see cref="OneReporter"/>).
/// </summary>
internal static class TakeFlag
{
    public static async Task<FlagAnswer> RunAsync(Tx tx, SubmitFlag.Flag flag)
    {
        var digest = Sealed.FlagDigest(tx, flag.Sameness);
        return await CountRepeatAsync(tx, digest) ?? await AddAsync(tx, flag, digest);
    }

    private static async Task<FlagAnswer?> CountRepeatAsync(Tx tx, byte[] digest)
    {
        var known = await tx.FindAsync<Place>(
            """
            select g.id, g.item_id, f.ref from case_flag g
            join case_item i on i.tenant = g.tenant and i.id = g.item_id
            join case_file f on f.tenant = i.tenant and f.id = i.case_id
            where g.tenant = @tenant and g.digest = @digest and i.state = 'Open' and f.state = 'Open'
            order by g.first_at, g.id limit 1
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
        await SubmitFlag.CountAsync(tx, known.ItemId);
        return new FlagAnswer(known.Ref, known.Id, IsRepeat: true, CaseStatus.Apart);
    }

    private static async Task<FlagAnswer> AddAsync(Tx tx, SubmitFlag.Flag flag, byte[] digest)
    {
        if (await FindOpenItemAsync(tx, flag) is { } open)
        {
            return await JoinAsync(tx, flag, digest, open);
        }
        if (await OneReporter.FindFullAsync(tx, flag) is { } full)
        {
            await CountBeyondAsync(tx, full, flag.Reason, OneReporter.Line);
            await TellAsync(tx, flag, full);
            return new FlagAnswer(full.Ref, null, IsRepeat: false, CaseStatus.Apart)
            {
                Counted = await OneReporter.CountedAsync(tx, full.ItemId),
            };
        }
        var joined = await JoinCase.AddAsync(tx, flag.ToItem());
        var first = await SubmitFlag.InsertAsync(tx, joined.ItemId, flag, digest);
        await BeginDangerAsync(tx, flag, joined.Ref.Value);
        return new FlagAnswer(joined.Ref.Value, first, IsRepeat: false, CaseStatus.Apart);
    }

    private static async Task<FlagAnswer> JoinAsync(Tx tx, SubmitFlag.Flag flag, byte[] digest, Place open)
    {
        Guid? id = null;
        if (await HasRoomAsync(tx, open.ItemId, flag))
        {
            id = await SubmitFlag.InsertAsync(tx, open.ItemId, flag, digest);
            await CaseTimeline.AddAsync(tx, open.Id, "flag_added", Words.NameOf(flag.Reason));
        }
        else
        {
            await CountBeyondAsync(
                tx,
                open,
                flag.Reason,
                "one of its items has as many flags with words as are kept."
            );
        }
        await TellAsync(tx, flag, open);
        return new FlagAnswer(open.Ref, id, IsRepeat: false, CaseStatus.Apart);
    }

    /// <summary>Something was said about an open case, whether its words are kept or not.</summary>
    private static async Task TellAsync(Tx tx, SubmitFlag.Flag flag, Place open)
    {
        await RaisePriorityAsync(tx, open.Id, flag);
        await HoldCase.EndByNewsAsync(tx, open.Id);
        await BeginDangerAsync(tx, flag, open.Ref);
        await CaseTimeline.PublishAsync(tx, "case.updated", open.Id);
    }

    private static Task BeginDangerAsync(Tx tx, SubmitFlag.Flag flag, string reference) =>
        flag.Reason == FlagReason.ChildInDanger
            ? DangerLane.BeginByFlagAsync(tx, reference)
            : Task.CompletedTask;

    /// <summary>The same content in a case that is open: the flag joins it, whoever or whatever found it.</summary>
    private static async Task<Place?> FindOpenItemAsync(Tx tx, SubmitFlag.Flag flag) =>
        flag.ContentRef is null
            ? null
            : await tx.FindAsync<Place>(
                """
                select f.id, i.id as item_id, f.ref from case_item i
                join case_file f on f.tenant = i.tenant and f.id = i.case_id
                where i.tenant = @tenant and i.content_digest = @digest and i.state = 'Open' and f.state = 'Open'
                  and not f.is_test
                order by i.at, i.id limit 1
                """,
                new { digest = Sealed.ContentDigest(tx, flag.Account, flag.ContentRef) }
            );

    /// <summary>By number, and by bytes of what was said.</summary>
    private static async Task<bool> HasRoomAsync(Tx tx, Guid itemId, SubmitFlag.Flag flag)
    {
        var kept = (
            await tx.QueryAsync<Kept>(
                """
                select count(*) as flags,
                    coalesce(sum(coalesce(length(words), 0) + coalesce(length(thread), 0)), 0) as bytes
                from case_flag where tenant = @tenant and item_id = @itemId and not is_sum
                """,
                new { itemId }
            )
        )[0];
        return kept.Flags < CaseLimits.FlagsPerItem
            && kept.Bytes + BytesOf(flag.Text) + BytesOf(flag.Thread) <= CaseLimits.FlagBytesPerItem;
    }

    private static int BytesOf(string? text) => text is null ? 0 : Encoding.UTF8.GetByteCount(text);

    /// <summary>One row a reason; the timeline says once of each that words are not kept from here on.</summary>
    private static async Task CountBeyondAsync(Tx tx, Place open, FlagReason reason, string why)
    {
        var counts = await tx.QueryAsync<long>(
            """
            insert into case_flag (tenant, id, item_id, digest, reason, count, first_at, last_at, is_sum)
            values (@tenant, @id, @itemId, @digest, @reason, 1, @at, @at, @isSum)
            on conflict (tenant, digest, item_id) do update set
                count = case_flag.count + 1, last_at = excluded.last_at
            returning count
            """,
            new
            {
                id = tx.NewId(),
                itemId = open.ItemId,
                digest = Sealed.FlagDigest(tx, $"beyond {open.ItemId} {reason}"),
                reason = reason.ToString(),
                at = tx.Now,
                isSum = true,
            }
        );
        await SubmitFlag.CountAsync(tx, open.ItemId);
        if (counts[0] == 1)
        {
            await CaseTimeline.AddAsync(
                tx,
                open.Id,
                "flag_counted",
                $"{Words.NameOf(reason)}: {why} This one and further ones of this reason are counted; what they say "
                    + "is at the platform alone."
            );
        }
    }

    private static Task<int> RaisePriorityAsync(Tx tx, Guid caseId, SubmitFlag.Flag flag) =>
        tx.ExecuteAsync(
            """
            update case_file set updated_at = @at,
                priority = case when priority < @priority then @priority else priority end,
                priority_before = case when priority_before < @priority then @priority else priority_before end
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

    /// <summary>Of a flag's own row, or of the case that takes it.</summary>
    internal sealed class Place
    {
        public Guid Id { get; init; }
        public Guid ItemId { get; init; }
        public string Ref { get; init; } = "";
    }

    private sealed class Kept
    {
        public long Flags { get; init; }
        public long Bytes { get; init; }
    }
}
