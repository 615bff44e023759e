using Vigil.Evidence;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.LegalProcess;

/// <summary>Where the number that was called comes from: never from the request.</summary>
internal enum NumberSource
{
    OfficialDirectory,
    OwnRecords,
    CourtRegistry,
    NationalContactPoint,
}

internal enum CallResult
{
    /// <summary>The authority says that the request is theirs.</summary>
    Confirmed,

    /// <summary>It says that it is not.</summary>
    Denied,
    NotReached,
}

/// <summary>The form of a call-back.</summary>
internal sealed record CallRequest
{
    public string? Number { get; init; }
    public string? Source { get; init; }
    public DateTimeOffset? CalledAt { get; init; }
    public string? SpokeWith { get; init; }
    public string? Result { get; init; }

    /// <summary>
    /// X25519, as `vigil package key` prints it or base64 of 32 bytes, read out or compared in the call; for what will
    /// be released.
    /// </summary>
    public string? RecipientKey { get; init; }
}

/// <summary>What of a call is sealed.</summary>
internal sealed record CallDetails(string Number, string? SpokeWith)
{
    public override string ToString() => nameof(CallDetails);
}

/// <summary>A call as it was recorded.</summary>
internal sealed class LegalCall
{
    public Guid Id { get; init; }
    public DateTimeOffset CalledAt { get; init; }
    public string CalledBy { get; init; } = "";
    public string Source { get; init; } = "";
    public CallResult Result { get; init; }
    public byte[] Details { get; init; } = [];

    private const string Newest = "order by called_at desc, recorded_at desc, id desc limit @most";

    /// <summary>Newest first; of more than are shown, the newest.</summary>
    public static Task<IReadOnlyList<LegalCall>> OfAsync(Tx tx, Guid requestId) =>
        tx.QueryAsync<LegalCall>(
            $"""
            select id, called_at, called_by, source, result, details from legal_call
            where tenant = @tenant and request_id = @requestId {Newest}
            """,
            new { requestId, most = LegalLimits.Calls }
        );

    /// <summary>
    /// The authority's last word is that the request is theirs: a second call may have found that the first was
    /// deceived. Asked when a release is asked for, approved, made and taken.
    /// </summary>
    public static async Task<bool> IsConfirmedAsync(Tx tx, Guid requestId) =>
        (
            await tx.QueryAsync<LegalCall>(
                $"""
                select id, called_at, called_by, source, result, details from legal_call
                where tenant = @tenant and request_id = @requestId and result <> 'NotReached' {Newest}
                """,
                new { requestId, most = 1 }
            )
        )
            is [{ Result: CallResult.Confirmed }];

    /// <exception cref="ProblemException">It is not, or nobody was reached.</exception>
    public static async Task RequireConfirmedAsync(Tx tx, Guid requestId)
    {
        if (!await IsConfirmedAsync(tx, requestId))
        {
            throw ProblemException.Conflict(
                "no_call_back",
                "Nothing is released or destroyed unless the last call-back confirmed it."
            );
        }
    }
}

/// <summary>
/// A person calls the authority under a number that they found apart from the request, and asks whether it is theirs.
/// Forged requests of authorities are a known way to get at people's data; nothing is released before this.
/// </summary>
internal static class CallBack
{
    /// <summary>Of a key's line.</summary>
    private const string Prefix = "x25519+";

    public static async Task<CallResult> RunAsync(Tx tx, Guid id, CallRequest wanted)
    {
        var request = await LegalRequest.RequireAsync(tx, id);
        if (tx.Actor.Kind != ActorKind.Person)
        {
            throw ProblemException.Conflict(
                "person_needed",
                "A person calls back, and records it signed in."
            );
        }
        if (LegalMoves.IsFinal(request.State))
        {
            throw ProblemException.Conflict("wrong_state", "This request is over.");
        }
        var key = KeyOf(wanted.RecipientKey);
        var result = await AddAsync(tx, request, wanted, key is null ? "none" : "given");
        await SettleAsync(tx, request, result, key);
        return result;
    }

    /// <summary>Adds a call to the record.</summary>
    /// <param name="tx">Of the act.</param>
    /// <param name="request">Of the authority.</param>
    /// <param name="wanted">The call.</param>
    /// <param name="key">For the ledger: what of the recipient's key was said.</param>
    public static async Task<CallResult> AddAsync(Tx tx, LegalRequest request, CallRequest wanted, string key)
    {
        var result = Words.Read<CallResult>(wanted.Result, "result");
        var source = Words.Read<NumberSource>(wanted.Source, "source");
        var number = NumberOf(wanted.Number, request.IntakeOf(tx).Contact);
        var called = wanted.CalledAt ?? tx.Now;
        if (called > tx.Now || called < request.ReceivedAt)
        {
            throw ProblemException.BadRequest(
                "bad_called_at",
                "The call was between the request's arrival and now."
            );
        }
        await InsertAsync(tx, request.Id, called, source, result, number, wanted.SpokeWith);
        await tx.RecordAsync(
            request.Act(
                "legal.called_back",
                null,
                ("result", Words.Of(result)),
                ("source", Words.Of(source)),
                ("key", key)
            ) with
            {
                Secret = number,
            }
        );
        return result;
    }

    /// <exception cref="ProblemException">None, or the one that the request itself gives.</exception>
    private static string NumberOf(string? number, LegalContact contact)
    {
        var text = Given.Required(number, LegalLimits.NameCharacters, "number");
        var digits = Digits(text);
        if (digits.Length < 3)
        {
            throw ProblemException.BadRequest("bad_number", "'number' is the number that was called.");
        }
        var theirs = Digits(contact.Phone);
        // With and without the country's code it is the same telephone.
        return
            theirs.Length >= 3
            && (
                theirs.EndsWith(digits.TrimStart('0'), StringComparison.Ordinal)
                || digits.EndsWith(theirs.TrimStart('0'), StringComparison.Ordinal)
            )
            ? throw ProblemException.Conflict(
                "number_from_request",
                "That is the number that the request gives: whoever forged it would answer. Look the authority up "
                    + "yourself, and call it there."
            )
            : text;
    }

    private static string Digits(string? text) => string.Concat((text ?? "").Where(char.IsAsciiDigit));

    /// <summary>Null: none is given. One that everybody could open is refused before two persons' work.</summary>
    internal static byte[]? KeyOf(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }
        var line = text.Trim();
        try
        {
            return RecipientKey
                .Parse(line.StartsWith(Prefix, StringComparison.Ordinal) ? line : Prefix + line)
                .ToBytes();
        }
        catch (PackageException e)
        {
            throw ProblemException.BadRequest(
                "bad_recipient_key",
                "The recipient's key is an X25519 public key, the line x25519+… or 32 bytes in base64, and none that "
                    + $"protects nothing. {e.Message}"
            );
        }
    }

    private static async Task SettleAsync(Tx tx, LegalRequest request, CallResult result, byte[]? key)
    {
        if (result == CallResult.Denied)
        {
            await tx.RaiseAlarmAsync(
                new Alarm(
                    "legal_forged",
                    AlarmSeverity.Urgent,
                    "An authority denied that a request in its name is theirs. Refuse it, and tell the police; if its "
                        + "package was taken already, tell those whom it is about too."
                )
                {
                    About = request.Id.ToString(),
                }
            );
            await WaitingAsk.VoidAsync(tx, request, AskVoid.Denied);
            if (request.State is LegalState.Releasing or LegalState.Released)
            {
                // What is being made is dropped, and what is there is given to nobody.
                await request.MoveAsync(tx, LegalState.ScopeReview);
            }
        }
        if (result != CallResult.Confirmed)
        {
            return;
        }
        if (key is not null && request.State is not (LegalState.Releasing or LegalState.Released))
        {
            await SetKeyAsync(tx, request, key);
        }
        if (request.State == LegalState.Received)
        {
            await request.MoveAsync(tx, LegalState.Verified);
            await tx.ClearAlarmAsync("legal_emergency", request.Id.ToString());
        }
    }

    /// <summary>Who gave a key first stays: another who heard the same changes nothing.</summary>
    private static async Task SetKeyAsync(Tx tx, LegalRequest request, byte[] key)
    {
        var isSame = request.RecipientKey?.AsSpan().SequenceEqual(key) == true;
        if (!isSame)
        {
            await WaitingAsk.VoidAsync(tx, request, AskVoid.OtherKey);
        }
        await tx.ExecuteAsync(
            "update legal_request set recipient_key = @key, key_by = @by where tenant = @tenant and id = @id",
            new
            {
                id = request.Id,
                key,
                by = isSame && request.KeyBy is { } first ? first : tx.Actor.Name,
            }
        );
    }

    private static Task<int> InsertAsync(
        Tx tx,
        Guid requestId,
        DateTimeOffset called,
        NumberSource source,
        CallResult result,
        string number,
        string? spokeWith
    )
    {
        var id = tx.NewId();
        var details = new CallDetails(
            number,
            Given.Optional(spokeWith, LegalLimits.NameCharacters, "spokeWith")
        );
        return tx.ExecuteAsync(
            """
            insert into legal_call (tenant, id, request_id, called_at, recorded_at, called_by, source, result, details)
            values (@tenant, @id, @requestId, @called, @now, @me, @source, @result, @details)
            """,
            new
            {
                id,
                requestId,
                called,
                now = tx.Now,
                me = tx.Actor.Name,
                source = source.ToString(),
                result = result.ToString(),
                details = LegalSecrets.Seal(tx, details, id),
            }
        );
    }
}
