using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Admin.Journal;

/// <summary>
/// What an auditor or a witness takes along: the signed checkpoint, the files of the tree under the names of
/// c2sp.org/tlog-tiles, and the proof of an act.
/// </summary>
internal static class ServeLedger
{
    private const string Tag = "Ledger";

    public static void MapSignedLedger(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet("/v1/ledger/checkpoint", (Delegate)CheckpointAsync)
            .Require(Permission.LedgerRead)
            .WithName("ReadLedgerCheckpoint")
            .WithSummary("The newest signed checkpoint of the ledger, of all tenants")
            .WithTags(Tag)
            .Produces<string>(StatusCodes.Status200OK, "text/plain")
            .ProducesProblem(StatusCodes.Status404NotFound);
        routes
            .MapGet("/v1/ledger/tile/{**path}", (Delegate)TileAsync)
            .Require(Permission.LedgerRead)
            .WithName("ReadLedgerTile")
            .WithSummary("A file of the ledger, named as in c2sp.org/tlog-tiles: keyed digests only")
            .WithTags(Tag)
            .Produces<byte[]>(StatusCodes.Status200OK, "application/octet-stream")
            .ProducesProblem(StatusCodes.Status404NotFound);
        routes
            .MapGet("/v1/ledger/{seq}/proof", (Delegate)ProofAsync)
            .Require(Permission.LedgerRead)
            .WithName("ProveLedgerEntry")
            .WithSummary("What proves an act without this server: 'vigil ledger verify FILE' checks it")
            .WithTags(Tag)
            .Produces<string>(StatusCodes.Status200OK, "application/json")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
        routes.MapPage("/console/ledger/{seq}/proof", Permission.LedgerRead, ProofAsync);
    }

    private static async Task<IResult> CheckpointAsync(HttpContext context)
    {
        var note = await ReadAsync(context, SignedLedger.CheckpointAsync);
        return note is null
            ? throw ProblemException.NotFound("Nothing is signed yet: ask again in a second.")
            : Send(context, note, "text/plain; charset=utf-8");
    }

    private static Task<IResult> TileAsync(HttpContext context)
    {
        var ledger = Ledger(context);
        var file = ledger.TryReadFile($"tile/{context.Request.RouteValues["path"]}");
        return file is not null
            ? Task.FromResult(Send(context, file, "application/octet-stream"))
            : throw (
                ledger.IsHere
                    ? ProblemException.NotFound("The ledger has no file of this name.")
                    : Elsewhere("The ledger's folder is with the process that signs it: ask that one.")
            );
    }

    private static async Task<IResult> ProofAsync(HttpContext context)
    {
        if (
            !long.TryParse(
                (string)context.Request.RouteValues["seq"]!,
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var seq
            )
        )
        {
            throw ProblemException.NotFound("An act's number is digits.");
        }
        try
        {
            var proof = await ReadAsync(context, tx => Ledger(context).ProveAsync(tx, seq));
            context.Response.Headers.ContentDisposition = $"attachment; filename=\"act-{seq}.proof.json\"";
            return Send(context, proof.ToBytes(), "application/json");
        }
        catch (LedgerProofException e)
        {
            throw e.Code switch
            {
                "not_found" => ProblemException.NotFound(e.Message),
                "ledger_elsewhere" => Elsewhere(e.Message),
                _ => ProblemException.Conflict(e.Code, e.Message),
            };
        }
    }

    private static Task<T> ReadAsync<T>(HttpContext context, Func<Tx, Task<T>> work) =>
        context.Db().ReadAsync(context.Actor(), Permission.LedgerRead, work, context.RequestAborted);

    private static SignedLedger Ledger(HttpContext context) =>
        context.RequestServices.GetRequiredService<TrustKernel>().SignedLedger;

    private static IResult Send(HttpContext context, byte[] bytes, string type)
    {
        context.Response.Headers.CacheControl = "no-store";
        return Results.Bytes(bytes, type);
    }

    private static ProblemException Elsewhere(string advice) =>
        new(StatusCodes.Status503ServiceUnavailable, "ledger_elsewhere", advice);
}
