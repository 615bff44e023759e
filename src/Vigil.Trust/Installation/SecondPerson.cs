namespace Vigil.Trust;

/// <summary>
/// Acts that take two persons: one asks, a second confirms within a week. In solo mode the asker may confirm
/// after 24 hours, if it is still solo mode then. Declaring it later shortens no waiting.
/// </summary>
public static class SecondPerson
{
    /// <summary>After this an unconfirmed request is void.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromDays(7);

    private const string Columns =
        "id, action, object, reason, requested_by, requested_at, ripe_at, expires_at, is_solo, plan";

    /// <summary>Records itself in the ledger and gives notice. One request of an action and object waits.</summary>
    /// <param name="tx">Of the act.</param>
    /// <param name="action">As the act will stand in the ledger.</param>
    /// <param name="about">What it will be done to.</param>
    /// <param name="reason">Why.</param>
    /// <param name="delay">Least time to the confirmation, also with two persons.</param>
    /// <param name="plan">All that is to be done, where action and object do not say it whole.</param>
    public static async Task<SecondPersonRequest> RequestAsync(
        Tx tx,
        string action,
        string about,
        string reason,
        TimeSpan delay,
        byte[]? plan = null
    )
    {
        ArgumentNullException.ThrowIfNull(tx);
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        // What expired makes room for a new request.
        await tx.ExecuteAsync(
            """
            update second_person set state = 'Withdrawn', ended_at = @now
            where tenant = @tenant and action = @action and object = @about and state = 'Waiting'
              and expires_at <= @now
            """,
            new
            {
                action,
                about,
                now = tx.Now,
            }
        );
        if (await FindAsync(tx, action, about) is not null)
        {
            throw new SecondPersonException(
                "already_requested",
                "This was asked for already: confirm or withdraw that request."
            );
        }
        var isSolo = await SoloMode.IsOnAsync(tx);
        var request = new SecondPersonRequest
        {
            Id = tx.NewId(),
            Action = action,
            Object = about,
            Reason = reason,
            RequestedBy = tx.Actor.Name,
            RequestedAt = tx.Now,
            RipeAt = tx.Now + (isSolo && delay < SoloMode.Delay ? SoloMode.Delay : delay),
            ExpiresAt = tx.Now + Life,
            IsSolo = isSolo,
            Plan = DigestOf(tx, plan),
        };
        await InsertAsync(tx, request);
        return request;
    }

    /// <summary>The request that waits; null when none does or it has expired.</summary>
    public static async Task<SecondPersonRequest?> FindAsync(Tx tx, string action, string about)
    {
        ArgumentNullException.ThrowIfNull(tx);
        var request = await tx.FindAsync<SecondPersonRequest>(
            $"""
            select {Columns} from second_person
            where tenant = @tenant and action = @action and object = @about and state = 'Waiting'
              and expires_at > @now
            """,
            new
            {
                action,
                about,
                now = tx.Now,
            }
        );
        return request is { IsSolo: true } && !await SoloMode.IsOnAsync(tx)
            ? request with
            {
                IsSolo = false,
            }
            : request;
    }

    /// <summary>All that waits, the oldest first; what was asked for in solo mode as it was asked for.</summary>
    internal static Task<IReadOnlyList<SecondPersonRequest>> WaitingAsync(Tx tx) =>
        tx.QueryAsync<SecondPersonRequest>(
            $"""
            select {Columns} from second_person
            where tenant = @tenant and state = 'Waiting' and expires_at > @now order by requested_at limit 1000
            """,
            new { now = tx.Now }
        );

    /// <summary>Of all requests of an action that wait, by their objects: what a confirmation gives back.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> ReadsAsync(Tx tx, string action)
    {
        ArgumentNullException.ThrowIfNull(tx);
        var waiting = (await WaitingAsync(tx)).Where(request => request.Action == action);
        return waiting.ToDictionary(
            request => request.Object,
            request => request.Read,
            StringComparer.Ordinal
        );
    }

    /// <summary>Closes the request; the caller does and records the act itself in the same transaction.</summary>
    /// <param name="tx">Of the act.</param>
    /// <param name="action">As it was asked for.</param>
    /// <param name="about">As it was asked for.</param>
    /// <param name="read"><see cref="SecondPersonRequest.Read"/> of the request that the second person read.</param>
    /// <param name="plan">All that is done now; as it was asked for.</param>
    /// <exception cref="SecondPersonException">
    /// None waits, it is another than was read, what is to be done changed, it is not ripe, or it is the same person.
    /// </exception>
    public static async Task ConfirmAsync(
        Tx tx,
        string action,
        string about,
        string? read,
        byte[]? plan = null
    )
    {
        ArgumentNullException.ThrowIfNull(tx);
        var request = await FindAsync(tx, action, about);
        await ReadRequest.RequireAsync(tx, request, action, read);
        if (request!.Plan != DigestOf(tx, plan))
        {
            throw new SecondPersonException(
                "plan_changed",
                "What would be done is not what was asked for any more: call it off, and ask for it again."
            );
        }
        if (tx.Now < request.RipeAt)
        {
            throw new SecondPersonException(
                "not_ripe",
                $"This can be confirmed from {request.RipeAt:yyyy-MM-dd HH:mm} UTC on; until then it can be withdrawn."
            );
        }
        if (!request.IsSolo)
        {
            await RequireAnotherAsync(tx, request);
        }
        await EndAsync(tx, request, "Confirmed");
    }

    /// <summary>Calls it off; anyone who may ask may withdraw.</summary>
    /// <exception cref="SecondPersonException">None waits.</exception>
    public static async Task WithdrawAsync(Tx tx, string action, string about, string reason)
    {
        var request = await FindAsync(tx, action, about) ?? throw NothingWaits();
        await EndAsync(tx, request, "Withdrawn");
        await tx.RecordAsync(new LedgerAct("second_person.withdrawn", about) { Reason = reason });
    }

    /// <summary>Calls off all that waits and was asked for by this person, or by keys they made. Records it.</summary>
    /// <returns>How many.</returns>
    internal static async Task<int> WithdrawOfAsync(Tx tx, string person, string reason)
    {
        var withdrawn = 0;
        foreach (var request in await WaitingAsync(tx))
        {
            if (await KeyMakers.BehindAsync(tx, request.RequestedBy) == person)
            {
                await WithdrawAsync(tx, request.Action, request.Object, reason);
                withdrawn++;
            }
        }
        return withdrawn;
    }

    /// <summary>Two keys may be in one hand: who confirms is a person, and not the one behind the key.</summary>
    private static async Task RequireAnotherAsync(Tx tx, SecondPersonRequest request)
    {
        var asker = await KeyMakers.BehindAsync(tx, request.RequestedBy);
        if (tx.Actor.Kind != ActorKind.Person || tx.Actor.Name == asker)
        {
            throw new SecondPersonException(
                "second_person_needed",
                "A second person, signed in, must confirm this. A team of one declares solo mode first."
            );
        }
    }

    private static async Task InsertAsync(Tx tx, SecondPersonRequest request)
    {
        await tx.ExecuteAsync(
            $"""
            insert into second_person (tenant, {Columns}, state)
            values (@tenant, @Id, @Action, @Object, @Reason, @RequestedBy, @RequestedAt, @RipeAt, @ExpiresAt,
                @IsSolo, @Plan, 'Waiting')
            """,
            request
        );
        await tx.RecordAsync(
            new LedgerAct("second_person.requested", request.Object)
            {
                Reason = request.Reason,
                Facts = new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["for"] = request.Action,
                    ["solo"] = request.IsSolo ? "yes" : "no",
                },
            }
        );
        await tx.RaiseAlarmAsync(
            new Alarm(
                "second_person_requested",
                AlarmSeverity.Urgent,
                $"'{request.Action}' was asked for and can be confirmed from {request.RipeAt:yyyy-MM-dd HH:mm} UTC on. "
                    + "Withdraw it if nobody of yours asked for it."
            )
            {
                About = request.Object,
            }
        );
    }

    private static Task<int> EndAsync(Tx tx, SecondPersonRequest request, string state) =>
        tx.ExecuteAsync(
            """
            update second_person set state = @state, ended_by = @by, ended_at = @at
            where tenant = @tenant and id = @id
            """,
            new
            {
                state,
                by = tx.Actor.Name,
                at = tx.Now,
                id = request.Id,
            }
        );

    private static string DigestOf(Tx tx, byte[]? plan) =>
        plan is null ? "" : Convert.ToHexStringLower(tx.Secrets.Digest("second person").Of(plan));

    private static SecondPersonException NothingWaits() =>
        new("nothing_requested", "Nothing of this kind waits to be confirmed: ask for it first.");
}
