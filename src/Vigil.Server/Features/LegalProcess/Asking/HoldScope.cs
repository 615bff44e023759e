using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.LegalProcess;

/// <summary>
/// The holds of a request: on every case and content that it comes to, also on cases of an account that come later.
/// A letter holds for 90 days, an order until it is over; a request to destroy holds nothing.
/// </summary>
internal static class HoldScope
{
    private const string Why = "An authority's request.";

    /// <returns>How many cases and contents were not held by it before.</returns>
    public static async Task<int> PlaceAsync(Tx tx, LegalRequest request, ScopeKind kind, string value)
    {
        IReadOnlyList<CaseRef> cases = kind switch
        {
            ScopeKind.Case => [new CaseRef(value)],
            ScopeKind.Account => await AllOfAsync(tx, value),
            _ => [],
        };
        var held = 0;
        foreach (var reference in cases)
        {
            held += await PlaceAsync(tx, request, reference, null, LegalLimits.Targets);
        }
        return kind == ScopeKind.Content
            ? await PlaceAsync(tx, request, null, Guid.Parse(value), LegalLimits.Targets)
            : held;
    }

    /// <summary>All cases of an account, or none: one that is left out could be destroyed unnoticed.</summary>
    private static async Task<IReadOnlyList<CaseRef>> AllOfAsync(Tx tx, string account)
    {
        var found = await tx.AskAsync<CasesOfAccountWanted, CasesOfAccount>(
            new CasesOfAccountWanted(account, LegalLimits.Targets)
        );
        return found.Total <= found.Cases.Count
            ? found.Cases
            : throw ProblemException.Conflict(
                "scope_too_large",
                $"This account has {found.Total} cases, and a request comes to at most {LegalLimits.Targets}: none is "
                    + $"held yet. Record the request with the cases that it is about, by 'caseRef', up to "
                    + $"{LegalLimits.ScopeEntries} in each of several, or have the authority narrow it."
            );
    }

    /// <summary>
    /// A content was sealed: its case may be a later one of an account that a request names. However many these are,
    /// it is held and sealing goes on: <see cref="LegalLimits.Targets"/> bounds what a person adds, not what comes. A
    /// request whose hold is over holds nothing more; its alarm said so before.
    /// </summary>
    public static async Task ReactAsync(Tx tx, ContentSealed content)
    {
        if (!(await AccountsOfAsync(tx, [content.Case])).TryGetValue(content.Case.Value, out var account))
        {
            return;
        }
        var requests = await tx.QueryAsync<LegalRequest>(
            $"""
            select {LegalRequest.Columns} from legal_request
            where tenant = @tenant and state not in ('Refused', 'Withdrawn', 'Done', 'Destroying')
              and kind <> 'Destruction' and id in (
                select request_id from legal_scope where tenant = @tenant and digest = @digest
                  and removed_at is null)
            order by id
            """,
            new { digest = LegalSecrets.ScopeDigest(tx, ScopeKind.Account, account) }
        );
        foreach (var request in requests)
        {
            if (await PlaceAsync(tx, request, content.Case, null, int.MaxValue, comesByItself: true) > 0)
            {
                await WaitingAsk.VoidAsync(tx, request, AskVoid.CaseCame);
            }
        }
    }

    /// <summary>
    /// A later end, in place of the one before; a letter's at most its own 90 days more. What holds until its request
    /// is over has none to put off.
    /// </summary>
    /// <exception cref="ProblemException">No time ahead, an earlier end, or nothing is held.</exception>
    public static async Task<LegalView> ExtendAsync(Tx tx, Guid id, ExtendRequest wanted)
    {
        var request = await LegalRequest.RequireAsync(tx, id);
        var reason = await request.ReasonAsync(tx, wanted.Reason);
        var until = wanted.Until ?? tx.Now;
        if (until <= tx.Now || until > tx.Now + LegalLimits.LatestDeadline)
        {
            throw ProblemException.BadRequest("bad_until", "'until' is a time within the next two years.");
        }
        RequireNotTooLong(request, until);
        var held = (await LegalTarget.OfAsync(tx, id)).Where(target => target.HoldId is not null).ToList();
        if (held.Count == 0 || LegalMoves.IsFinal(request.State))
        {
            throw ProblemException.Conflict("nothing_held", "Nothing is held by this request.");
        }
        RequireNotShorter(request, until);
        foreach (var target in held)
        {
            var added = await AddAsync(
                tx,
                request,
                target.CaseRef,
                target.ContentId,
                until,
                comesByItself: true
            );
            await LiftAsync(tx, target, reason);
            await SetAsync(tx, target, added);
        }
        await tx.ExecuteAsync(
            """
            update legal_request set hold_until = @until, hold_warned_at = null where tenant = @tenant and id = @id
            """,
            new { id, until }
        );
        await tx.RecordAsync(
            request.Act("legal.hold_extended", reason, ("until", $"{until:O}"), ("held", $"{held.Count}"))
        );
        await tx.ClearAlarmAsync(WatchClocks.HoldEnds, id.ToString());
        return await LegalView.ReadAsync(tx, id);
    }

    private static void RequireNotTooLong(LegalRequest request, DateTimeOffset until)
    {
        if (request.Kind == LegalKind.PreservationLetter && until > LongestOf(request))
        {
            throw ProblemException.Conflict(
                "letter_too_long",
                $"A letter holds 90 days and is extended once by as many: not beyond {LongestOf(request):yyyy-MM-dd}. "
                    + "After that it takes an order."
            );
        }
    }

    /// <summary>An end brought near would have destroyed what an authority asked to keep.</summary>
    private static void RequireNotShorter(LegalRequest request, DateTimeOffset until)
    {
        if (request.HoldUntil is not { } end)
        {
            throw ProblemException.Conflict(
                "not_longer",
                "This holds until the request is over, so there is no end to put off. Move the request to its end when "
                    + "that has come."
            );
        }
        if (until < end)
        {
            throw ProblemException.Conflict(
                "not_longer",
                $"This holds until {end:yyyy-MM-dd HH:mm} UTC: name a later time. It ends before that only with its "
                    + "request."
            );
        }
    }

    /// <summary>It is over: nothing is kept any more because of it.</summary>
    public static async Task LiftAllAsync(Tx tx, LegalRequest request, string reason)
    {
        foreach (var target in await LegalTarget.OfAsync(tx, request.Id))
        {
            if (target.HoldId is not null)
            {
                await LiftAsync(tx, target, reason);
                await SetAsync(tx, target, null);
            }
        }
        await tx.ClearAlarmAsync(WatchClocks.HoldEnds, request.Id.ToString());
    }

    /// <summary>What the entries that are left do not come to is not kept because of this request any more.</summary>
    /// <returns>How many cases and contents it no longer comes to.</returns>
    public static async Task<int> NarrowAsync(
        Tx tx,
        LegalRequest request,
        IReadOnlyList<ScopeEntry> left,
        string reason
    )
    {
        var named = left.Select(entry => (entry.Kind, Value: entry.ValueOf(tx))).ToHashSet();
        var targets = await LegalTarget.OfAsync(tx, request.Id);
        var cases = targets.Select(target => target.CaseRef).OfType<string>();
        var accounts = await AccountsOfAsync(tx, [.. cases.Select(reference => new CaseRef(reference))]);
        var gone = 0;
        foreach (var target in targets.Where(target => !IsNamed(target, named, accounts)))
        {
            if (target.HoldId is not null)
            {
                await LiftAsync(tx, target, reason);
            }
            gone += await tx.ExecuteAsync(
                "delete from legal_target where tenant = @tenant and request_id = @requestId and place = @place",
                new { requestId = request.Id, place = target.Place }
            );
        }
        return gone;
    }

    private static bool IsNamed(
        LegalTarget target,
        HashSet<(ScopeKind Kind, string Value)> named,
        IReadOnlyDictionary<string, string> accounts
    ) =>
        target.CaseRef is not { } reference
            ? named.Contains((ScopeKind.Content, $"{target.ContentId}"))
            : named.Contains((ScopeKind.Case, reference))
                || (
                    accounts.TryGetValue(reference, out var account)
                    && named.Contains((ScopeKind.Account, account))
                );

    private static async Task<IReadOnlyDictionary<string, string>> AccountsOfAsync(
        Tx tx,
        IReadOnlyList<CaseRef> cases
    ) => (await tx.AskAsync<CaseAccountsWanted, CaseAccounts>(new CaseAccountsWanted(cases))).Accounts;

    private static DateTimeOffset LongestOf(LegalRequest request) =>
        request.RecordedAt + (2 * LegalLimits.LetterLife);

    private static async Task<int> PlaceAsync(
        Tx tx,
        LegalRequest request,
        CaseRef? reference,
        Guid? contentId,
        int most,
        bool comesByItself = false
    )
    {
        var place = reference?.Value ?? $"{contentId}";
        var known = (
            await tx.FindAsync<Known>(
                """
                select count(*) as targets, count(case when place = @place then 1 end) as same
                from legal_target where tenant = @tenant and request_id = @requestId
                """,
                new { place, requestId = request.Id }
            )
        )!;
        if (known.Same > 0)
        {
            return 0;
        }
        if (known.Targets >= most)
        {
            throw ProblemException.Conflict(
                "scope_too_large",
                $"A request comes to at most {LegalLimits.Targets} cases and contents: have it narrowed."
            );
        }
        Guid? hold = null;
        if (request.HoldKind is not null && !(comesByItself && request.HoldUntil <= tx.Now))
        {
            var until = request.HoldUntil;
            hold = await AddAsync(tx, request, reference?.Value, contentId, until, comesByItself);
        }
        await tx.ExecuteAsync(
            """
            insert into legal_target (tenant, request_id, place, case_ref, content_id, hold_id, added_at)
            values (@tenant, @requestId, @place, @caseRef, @contentId, @hold, @at)
            """,
            new
            {
                requestId = request.Id,
                place,
                caseRef = reference?.Value,
                contentId,
                hold,
                at = tx.Now,
            }
        );
        return 1;
    }

    private static Task<Guid> AddAsync(
        Tx tx,
        LegalRequest request,
        string? caseRef,
        Guid? contentId,
        DateTimeOffset? until,
        bool comesByItself
    ) =>
        Holds.AddAsync(
            tx,
            new NewHold
            {
                Kind = request.HoldKind!.Value,
                Case = caseRef is null ? null : new CaseRef(caseRef),
                ContentId = contentId,
                Authority = $"{Words.Of(request.Kind)} {request.Id}",
                Reason = Why,
                ExpiresAt = until,
                ComesByItself = comesByItself,
            }
        );

    private static async Task LiftAsync(Tx tx, LegalTarget target, string reason)
    {
        var now = tx.Now;
        var holds = await Holds.ByIdAsync(tx, target.HoldId!.Value);
        // One that a person lifted on the page of holds, or that expired, is over already.
        if (holds?.IsActiveAt(now) == true)
        {
            await Holds.LiftAsync(tx, target.HoldId.Value, reason);
        }
    }

    private static Task<int> SetAsync(Tx tx, LegalTarget target, Guid? hold) =>
        tx.ExecuteAsync(
            """
            update legal_target set hold_id = @hold
            where tenant = @tenant and request_id = @requestId and place = @place
            """,
            new
            {
                hold,
                requestId = target.RequestId,
                place = target.Place,
            }
        );

    /// <summary>What a request is about already.</summary>
    private sealed class Known
    {
        public long Targets { get; init; }
        public long Same { get; init; }
    }
}
