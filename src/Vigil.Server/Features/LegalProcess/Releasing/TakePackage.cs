using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Files;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.LegalProcess;

/// <summary>
/// A person takes the sealed package to hand it over: in log and signed ledger before a byte of it leaves, and only
/// where the file is the one that was released.
/// </summary>
internal static class TakePackage
{
    public static async Task<IResult> RunAsync(HttpContext context, Guid id)
    {
        var (db, actor) = (context.RequestServices.GetRequiredService<Db>(), context.Actor());
        var path = context.RequestServices.GetRequiredService<PackageFolder>().PathOf(actor.Tenant, id);
        var (_, sha256) = await db.ReadAsync(
            actor,
            Permission.LegalManage,
            tx => RequireAsync(tx, id),
            context.RequestAborted
        );
        var file = await OpenAsync(path, sha256, context.RequestAborted);
        try
        {
            await db.SignedAsync(
                actor,
                Permission.LegalManage,
                tx => RecordAsync(tx, id, sha256),
                context.RequestAborted
            );
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
        return Results.Stream(file, "application/octet-stream", $"disclosure-{id:n}.vigilpkg");
    }

    private static async Task<(LegalRequest Request, byte[] Sha256)> RequireAsync(Tx tx, Guid id)
    {
        var request = await LegalRequest.RequireAsync(tx, id);
        await LegalCall.RequireConfirmedAsync(tx, id);
        return request is { State: LegalState.Released, PackageGoneAt: null, PackageSha256: { } sha256 }
            ? (request, sha256)
            : throw ProblemException.Conflict(
                "no_package",
                "There is no package of this request: it is not released, or its package was removed."
            );
    }

    private static async Task<bool> RecordAsync(Tx tx, Guid id, byte[] opened)
    {
        var (request, sha256) = await RequireAsync(tx, id);
        if (!sha256.AsSpan().SequenceEqual(opened))
        {
            throw ProblemException.Conflict(
                "package_changed",
                "Another package was released since: take that one."
            );
        }
        await Disclosures.AddAsync(tx, request, Disclosures.Taken, sha256, request.PackageBytes ?? 0);
        return true;
    }

    /// <summary>The very bytes that the log has, or none.</summary>
    private static async Task<Stream> OpenAsync(string path, byte[] sha256, CancellationToken cancellation)
    {
        Stream? file = null;
        try
        {
            file = InputFile.OpenRead(path);
            if ((await SHA256.HashDataAsync(file, cancellation)).AsSpan().SequenceEqual(sha256))
            {
                file.Position = 0;
                var whole = file;
                file = null;
                return whole;
            }
            throw new ProblemException(
                StatusCodes.Status503ServiceUnavailable,
                "package_damaged",
                "The package's file is not the one that the disclosure log has: hand nothing over, and release again."
            );
        }
        catch (InputFileException e)
        {
            throw new ProblemException(
                StatusCodes.Status503ServiceUnavailable,
                "package_missing",
                "The package's file is not on this machine: ask the process that made it, or release again. "
                    + $"({e.GetType().Name})"
            );
        }
        finally
        {
            file?.Dispose();
        }
    }
}
