using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Trust;

namespace Vigil.Server.Http;

/// <summary>
/// The Idempotency-Key of a POST: the same request again has the first answer, and its effect once. Only a
/// keyed digest and the sealed answer are kept, for a day; of an answer with a secret its id alone
/// (<see cref="IShownOnce"/>).
/// </summary>
internal static class Idempotent
{
    public const string Header = "Idempotency-Key";
    private const int MaxKeyCharacters = 255;

    /// <summary>
    /// Runs the work in one transaction with the key: an earlier answer is given again, a new one is kept.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="fingerprint">What was asked: the body's bytes and all else that matters.</param>
    /// <param name="status">Status of a new answer.</param>
    /// <param name="run">Opens the transaction and runs what it is given in it.</param>
    /// <param name="work">Has the effect and gives the answer.</param>
    public static async Task<IResult> RunAsync<T>(
        HttpContext context,
        ReadOnlyMemory<byte> fingerprint,
        int status,
        Func<Func<Tx, Task<KeptAnswer?>>, Task<KeptAnswer?>> run,
        Func<Tx, Task<T>> work
    )
    {
        T? answer = default;
        var kept = await run(async tx =>
        {
            var key = Of(context, tx, fingerprint);
            if (key is not null && await key.FindAsync(tx) is { } before)
            {
                return before;
            }
            answer = await work(tx);
            if (key is not null)
            {
                await KeepAsync(tx, key, status, answer);
            }
            return null;
        });
        if (kept is { Status: StatusCodes.Status409Conflict })
        {
            throw ShownOnce(JsonSerializer.Deserialize<Made>(kept.Body, JsonSerializerOptions.Web)!.Id);
        }
        return kept is null
            ? Results.Json(answer, statusCode: status)
            : Results.Text(
                Encoding.UTF8.GetString(kept.Body),
                "application/json",
                Encoding.UTF8,
                kept.Status
            );
    }

    /// <summary>No answer is kept as a conflict but that there is a secret, which is not kept.</summary>
    private static Task KeepAsync<T>(Tx tx, RequestKey key, int status, T answer) =>
        answer is IShownOnce { MadeId: { } id }
            ? key.KeepAsync(tx, StatusCodes.Status409Conflict, new Made(id))
            : key.KeepAsync(tx, status, answer);

    private static ProblemException ShownOnce(string id) =>
        new(
            StatusCodes.Status409Conflict,
            "secret_shown_once",
            "This was done under the same Idempotency-Key, and its secret was in the first answer alone: it is kept "
                + "nowhere. Where that answer was lost, remove what 'id' names, or change its secret, and ask under "
                + "a new key."
        )
        {
            MadeId = id,
        };

    private sealed record Made(string Id);

    /// <summary>As <see cref="RunAsync"/>, in one act; that a request was repeated is in the ledger too.</summary>
    /// <param name="about">What it was about, as it stands in the ledger.</param>
    public static Task<IResult> ActAsync<T>(
        HttpContext context,
        Permission permission,
        string about,
        ReadOnlyMemory<byte> body,
        int status,
        Func<Tx, Task<T>> act
    )
    {
        var db = context.RequestServices.GetRequiredService<Db>();
        return RunAsync(
            context,
            body,
            status,
            work =>
                db.ActAsync(
                    context.Actor(),
                    permission,
                    async tx =>
                    {
                        var kept = await work(tx);
                        if (kept is not null)
                        {
                            await tx.RecordAsync(new LedgerAct("request.repeated", about));
                        }
                        return kept;
                    },
                    context.RequestAborted
                ),
            act
        );
    }

    /// <summary>Null when the caller sent no key.</summary>
    /// <param name="part">Which part of a request that has several answers.</param>
    /// <exception cref="ProblemException">The key is too long or not printable.</exception>
    public static RequestKey? Of(
        HttpContext context,
        Tx tx,
        ReadOnlyMemory<byte> fingerprint,
        string part = ""
    )
    {
        var key = context.Request.Headers[Header].ToString();
        if (key.Length == 0)
        {
            return null;
        }
        if (key.Length > MaxKeyCharacters || key.Any(c => c is < '!' or > '~'))
        {
            throw ProblemException.BadRequest(
                "bad_idempotency_key",
                $"{Header} has 1 to {MaxKeyCharacters} printable ASCII characters."
            );
        }
        var digest = tx.Secrets.Digest("idempotency");
        var route = $"{tx.Actor.Name}\n{context.Request.Method} {context.Request.Path}\n{key}\n{part}";
        return new RequestKey(digest.Of(Encoding.UTF8.GetBytes(route)))
        {
            Fingerprint = digest.Of(fingerprint.Span),
        };
    }
}
