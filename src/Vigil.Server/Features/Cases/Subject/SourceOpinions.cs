using Vigil.Trust;

namespace Vigil.Server.Features.Cases.Subject;

/// <summary>What a person here judged of an entry's match.</summary>
internal enum OpinionWord
{
    FalsePositive,
    TruePositive,
}

/// <summary>A message to who keeps a list, as its row has it.</summary>
internal sealed class SourceOpinionRow
{
    public const string Columns =
        "id, case_id, list_id, entry_id, opinion, retracts, delivery, state, sent_at";

    public Guid Id { get; init; }
    public Guid CaseId { get; init; }
    public Guid ListId { get; init; }
    public Guid EntryId { get; init; }
    public OpinionWord Opinion { get; init; }

    /// <summary>The message that it takes back; null: none.</summary>
    public Guid? Retracts { get; init; }
    public Guid Delivery { get; init; }
    public string State { get; init; } = "";
    public DateTimeOffset SentAt { get; init; }

    public EntryKey Entry => new(ListId, EntryId);
}

/// <summary>
/// Tells who keeps a list, where the list names a channel, what persons here judged of its entries: when the decision
/// can no longer be undone, in the transaction in which it leaves. Facts only: no hash value, no person, no case.
/// </summary>
internal static class SourceOpinions
{
    private const string Type = "list.opinion";
    private const int Most = 200;

    /// <summary>Of decisions that leave.</summary>
    /// <returns>Lists that were told; the others' letters are a person's.</returns>
    public static async Task<IReadOnlySet<Guid>> LeaveAsync(
        Tx tx,
        Guid caseId,
        IReadOnlyList<Guid> decisions,
        OpinionWord word
    )
    {
        var told = new HashSet<Guid>();
        if (
            decisions.Count == 0
            || !tx.IsAnswered<DecisionFactsWanted>()
            || !tx.IsAnswered<ListFeedbackWanted>()
        )
        {
            return told;
        }
        var facts = await tx.AskAsync<DecisionFactsWanted, DecisionFacts>(new DecisionFactsWanted(decisions));
        var entries = facts
            .Facts.SelectMany(fact => fact.Matches)
            .Select(match => new EntryKey(match.ListId, match.EntryId))
            .Distinct()
            .Take(Most);
        foreach (var place in await PlacesAsync(tx, [.. entries]))
        {
            var isWanted = word == OpinionWord.FalsePositive || place.WantsConfirmed;
            if (isWanted && await SendAsync(tx, caseId, place, word, null))
            {
                told.Add(place.Entry.ListId);
            }
        }
        return told;
    }

    /// <summary>
    /// The decision is looked at again: what was told because of it is taken back by a second message. What cannot
    /// be is a person's letter.
    /// </summary>
    /// <param name="tx">Of who opens the case again.</param>
    /// <param name="file">Its case.</param>
    /// <param name="onlyConfirmed">What was reversed stays so.</param>
    public static async Task RetractAsync(Tx tx, CaseFile file, bool onlyConfirmed)
    {
        var standing = await tx.QueryAsync<SourceOpinionRow>(
            $"""
            select {SourceOpinionRow.Columns} from case_source_opinion o
            where o.tenant = @tenant and o.case_id = @caseId and o.retracts is null and o.state <> 'Ended'
              and (o.opinion = 'TruePositive' or @all) and not exists (
                select 1 from case_source_opinion r where r.tenant = @tenant and r.retracts = o.id)
            order by o.sent_at, o.id limit @most
            """,
            new
            {
                caseId = file.Id,
                all = !onlyConfirmed,
                most = Most,
            }
        );
        if (standing.Count == 0)
        {
            return;
        }
        var places = (await PlacesAsync(tx, [.. standing.Select(row => row.Entry)])).ToDictionary(place =>
            place.Entry
        );
        foreach (var row in standing)
        {
            if (
                places.GetValueOrDefault(row.Entry) is not { } place
                || !await SendAsync(tx, file.Id, place, row.Opinion, row.Id)
            )
            {
                await DraftCorrections.OpinionAsync(tx, file.Id, row, "none");
            }
        }
    }

    /// <summary>Looks at what is on its way. What ended without being received becomes a person's letter.</summary>
    /// <returns>Letters that were drafted.</returns>
    public static async Task<int> FollowAsync(Tx tx)
    {
        var sending = await tx.QueryAsync<SourceOpinionRow>(
            $"""
            select {SourceOpinionRow.Columns} from case_source_opinion where tenant = @tenant and state = 'Sending'
            order by sent_at, id limit @most
            """,
            new { most = Most }
        );
        var drafted = 0;
        foreach (var row in sending)
        {
            var standing = await DeliveryStates.OfAsync(tx, row.Delivery);
            if (standing == DeliveryStanding.Waiting)
            {
                continue;
            }
            await tx.ExecuteAsync(
                "update case_source_opinion set state = @state, state_at = @now where tenant = @tenant and id = @id",
                new
                {
                    id = row.Id,
                    state = standing.ToString(),
                    now = tx.Now,
                }
            );
            if (standing == DeliveryStanding.Ended)
            {
                await DraftCorrections.OpinionAsync(tx, row.CaseId, row, row.Id.ToString());
                drafted++;
            }
        }
        return drafted;
    }

    private static async Task<IReadOnlyList<EntryFeedback>> PlacesAsync(
        Tx tx,
        IReadOnlyList<EntryKey> entries
    ) =>
        entries.Count == 0 || !tx.IsAnswered<ListFeedbackWanted>()
            ? []
            : (await tx.AskAsync<ListFeedbackWanted, ListFeedback>(new ListFeedbackWanted(entries))).Places;

    /// <summary>False: there is no channel that may be used.</summary>
    private static async Task<bool> SendAsync(
        Tx tx,
        Guid caseId,
        EntryFeedback place,
        OpinionWord word,
        Guid? retracts
    )
    {
        if (place.Webhook is not { } webhook)
        {
            return false;
        }
        var id = tx.NewId();
        var message = new OpinionMessage(
            id,
            place.List,
            place.SourceRef,
            place.Generation,
            retracts is null ? Words.NameOf(word) : "retracted",
            retracts
        );
        if (
            await tx.PublishToAsync(webhook, new OutboxEvent(Type, id.ToString(), message))
            is not { } delivery
        )
        {
            return false;
        }
        await tx.ExecuteAsync(
            """
            insert into case_source_opinion (tenant, id, case_id, list_id, entry_id, opinion, retracts, delivery, state,
                sent_at, state_at)
            values (@tenant, @id, @caseId, @list, @entry, @opinion, @retracts, @delivery, 'Sending', @now, @now)
            """,
            new
            {
                id,
                caseId,
                list = place.Entry.ListId,
                entry = place.Entry.EntryId,
                opinion = word.ToString(),
                retracts,
                delivery,
                now = tx.Now,
            }
        );
        await tx.RecordAsync(
            new LedgerAct(retracts is null ? "list.opinion_sent" : "list.opinion_retracted", id.ToString())
            {
                Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["list"] = place.Entry.ListId.ToString(),
                    ["entry"] = place.Entry.EntryId.ToString(),
                    ["opinion"] = message.Opinion,
                    ["retracts"] = retracts?.ToString() ?? "none",
                },
            }
        );
        return true;
    }

    /// <param name="Entry">As the source calls it.</param>
    /// <param name="Opinion">false_positive, true_positive or retracted.</param>
    /// <param name="Retracts">Id of the message that is taken back.</param>
    private sealed record OpinionMessage(
        Guid Id,
        string List,
        string Entry,
        long Generation,
        string Opinion,
        Guid? Retracts
    );
}
