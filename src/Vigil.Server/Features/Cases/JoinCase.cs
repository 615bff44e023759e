using Vigil.Trust;

namespace Vigil.Server.Features.Cases;

/// <summary>What comes into a case.</summary>
internal sealed record NewItem
{
    public required CaseOrigin Origin { get; init; }
    public Guid? DecisionId { get; init; }
    public string? Account { get; init; }
    public string? ContentRef { get; init; }
    public required string Surface { get; init; }
    public required string Jurisdiction { get; init; }
    public required string Decision { get; init; }
    public required string Summary { get; init; }
    public string? Words { get; init; }
    public FlagReason? Reason { get; init; }
    public bool IsTest { get; init; }
    public bool NamesNoSuspect { get; init; }
    public bool IsContradiction { get; init; }
    public MatchedEntry? Match { get; init; }

    /// <summary>Null: told from the rest.</summary>
    public ProblemType? ProblemType { get; init; }
    public Notice? Notice { get; init; }

    /// <summary>A sample with a known answer, for the actor alone.</summary>
    public Guid? GoldSample { get; init; }

    public ProblemType Problem =>
        ProblemType
        ?? (Origin, Reason) switch
        {
            _ when NamesNoSuspect => Cases.ProblemType.SelfGenerated,
            (CaseOrigin.Match, _) => Match is { IsExact: true }
                ? Cases.ProblemType.KnownCsam
                : Cases.ProblemType.SuspectedCsam,
            (_, FlagReason.Csam or FlagReason.GeneratedCsam) => Cases.ProblemType.SuspectedCsam,
            (_, FlagReason.Grooming) => Cases.ProblemType.Grooming,
            (_, FlagReason.Sextortion) => Cases.ProblemType.SexualExtortion,
            (_, FlagReason.LiveStreaming) => Cases.ProblemType.LiveStreaming,
            (_, FlagReason.Trafficking) => Cases.ProblemType.Trafficking,
            _ => Cases.ProblemType.Other,
        };
}

/// <param name="Ref">The case.</param>
/// <param name="ItemId">The new item of it.</param>
/// <param name="IsNew">The case was opened for it.</param>
internal sealed record Joined(CaseRef Ref, Guid ItemId, bool IsNew);

/// <summary>
/// Puts an item into the open case of its account, or opens one. A full case is continued by another. Test
/// items and real ones never share a case; a sample shares its case with nothing.
/// </summary>
internal static class JoinCase
{
    public static async Task<Joined> AddAsync(Tx tx, NewItem item)
    {
        var digest = item.Account is null ? null : Sealed.AccountDigest(tx, item.Account);
        var isOfOnePerson = item.GoldSample is not null;
        var open = digest is null || isOfOnePerson ? null : await FindTakingAsync(tx, digest, item.IsTest);
        var isNew = open is null || open.ItemCount >= CaseLimits.ItemsPerCase;
        var (caseId, reference) = isNew
            ? await OpenAsync(tx, item, digest, open)
            : (open!.Id, new CaseRef(open.Ref));
        var itemId = await InsertItemAsync(tx, caseId, item);
        if (!isNew)
        {
            await UpdateAsync(tx, caseId, item);
        }
        await CaseTimeline.AddAsync(tx, caseId, "item_added", item.Summary);
        await CaseTimeline.PublishAsync(tx, isNew ? "case.opened" : "case.updated", caseId);
        return new Joined(reference, itemId, isNew);
    }

    /// <summary>Into this case, which is open and has room; for what is about a content that it holds.</summary>
    public static async Task<Joined> AddToAsync(Tx tx, CaseFile file, NewItem item)
    {
        var itemId = await InsertItemAsync(tx, file.Id, item);
        await UpdateAsync(tx, file.Id, item);
        await CaseTimeline.AddAsync(tx, file.Id, "item_added", item.Summary);
        await CaseTimeline.PublishAsync(tx, "case.updated", file.Id);
        return new Joined(new CaseRef(file.Ref), itemId, IsNew: false);
    }

    private static Task<CaseFile?> FindTakingAsync(Tx tx, byte[] digest, bool isTest) =>
        tx.FindAsync<CaseFile>(
            $"""
            select {CaseFile.Columns} from case_file
            where tenant = @tenant and account_digest = @digest and is_test = @isTest and takes_items{tx.ForUpdate}
            """,
            new { digest, isTest }
        );

    private static async Task<(Guid, CaseRef)> OpenAsync(Tx tx, NewItem item, byte[]? digest, CaseFile? full)
    {
        var (id, reference) = (tx.NewId(), CaseRef.New());
        if (full is not null)
        {
            await tx.ExecuteAsync(
                """
                update case_file set takes_items = false, continued_by = @by, updated_at = @at
                where tenant = @tenant and id = @id
                """,
                new
                {
                    by = reference.Value,
                    at = tx.Now,
                    id = full.Id,
                }
            );
            await CaseTimeline.AddAsync(tx, full.Id, "continued_by", reference.Value);
            await CaseTimeline.PublishAsync(tx, "case.updated", full.Id);
        }
        await tx.ExecuteAsync(
            """
            insert into case_file (tenant, id, ref, state, origin, account, account_digest, surface, jurisdiction,
                opened_at, last_item_at, updated_at, item_count, is_test, names_no_suspect, is_contradiction, priority,
                takes_items, continues, problem_type, gold_for, gold_sample)
            values (@tenant, @id, @reference, 'Open', @origin, @account, @digest, @surface, @jurisdiction,
                @at, @at, @at, 1, @isTest, @namesNoSuspect, @isContradiction, @priority, @takesItems, @continues,
                @problem, @goldFor, @goldSample)
            """,
            new
            {
                id,
                reference = reference.Value,
                origin = item.Origin.ToString(),
                account = Sealed.Seal(tx, item.Account, id),
                digest,
                surface = item.Surface,
                jurisdiction = item.Jurisdiction,
                at = tx.Now,
                isTest = item.IsTest,
                namesNoSuspect = item.NamesNoSuspect,
                isContradiction = item.IsContradiction,
                priority = PriorityOf(item),
                takesItems = digest is not null && item.GoldSample is null,
                continues = full?.Ref,
                problem = item.Problem.ToString(),
                goldFor = item.GoldSample is null ? null : tx.Actor.Name,
                goldSample = item.GoldSample,
            }
        );
        await CaseTimeline.AddAsync(tx, id, "opened", full is null ? null : $"Continues {full.Ref}.");
        return (id, reference);
    }

    private static async Task<Guid> InsertItemAsync(Tx tx, Guid caseId, NewItem item)
    {
        var id = tx.NewId();
        await tx.ExecuteAsync(
            """
            insert into case_item (tenant, id, case_id, origin, decision_id, content_ref, content_digest, surface,
                jurisdiction, decision, summary, words, at, flag_count, names_no_suspect, state, strength, list_id,
                entry_id, distance_bits, notice, content_alone)
            values (@tenant, @id, @caseId, @origin, @decisionId, @contentRef, @contentDigest, @surface,
                @jurisdiction, @decision, @summary, @words, @at, 0, @namesNoSuspect, 'Open', @strength, @listId,
                @entryId, @distanceBits, @notice, @contentAlone)
            """,
            new
            {
                id,
                caseId,
                origin = item.Origin.ToString(),
                decisionId = item.DecisionId,
                contentRef = Sealed.Seal(tx, item.ContentRef, id),
                contentDigest = item.ContentRef is null
                    ? null
                    : Sealed.ContentDigest(tx, item.Account, item.ContentRef),
                surface = item.Surface,
                jurisdiction = item.Jurisdiction,
                decision = item.Decision,
                summary = item.Summary,
                words = Sealed.Seal(tx, item.Words, id),
                at = tx.Now,
                namesNoSuspect = item.NamesNoSuspect,
                strength = item.Match?.Strength,
                listId = item.Match?.Entry.ListId,
                entryId = item.Match?.Entry.EntryId,
                distanceBits = item.Match?.DistanceBits,
                notice = Sealed.Seal(tx, item.Notice?.ToJson(), id),
                contentAlone = item.ContentRef is null ? null : Sealed.ContentAlone(tx, item.ContentRef),
            }
        );
        return id;
    }

    private static async Task UpdateAsync(Tx tx, Guid caseId, NewItem item)
    {
        await tx.ExecuteAsync(
            """
            update case_file set
                item_count = item_count + 1, last_item_at = @at, updated_at = @at,
                surface = @surface, jurisdiction = @jurisdiction,
                priority = case when priority < @priority then @priority else priority end,
                priority_before = case when priority_before < @priority then @priority else priority_before end,
                names_no_suspect = (names_no_suspect and @namesNoSuspect),
                is_contradiction = (is_contradiction or @isContradiction),
                problem_type = case when problem_type is null or problem_type = 'Other' then @problem
                    else problem_type end
            where tenant = @tenant and id = @caseId
            """,
            new
            {
                at = tx.Now,
                surface = item.Surface,
                jurisdiction = item.Jurisdiction,
                priority = PriorityOf(item),
                namesNoSuspect = item.NamesNoSuspect,
                isContradiction = item.IsContradiction,
                problem = item.Problem.ToString(),
                caseId,
            }
        );
        await HoldCase.EndByNewsAsync(tx, caseId);
    }

    private static int PriorityOf(NewItem item) =>
        CasePriority.Of(
            item.Origin,
            item.Surface,
            item.Decision,
            item.Reason,
            item.IsContradiction,
            item.IsTest
        );
}
