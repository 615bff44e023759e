using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Files;
using Vigil.Server.Http;
using Vigil.Trust;

namespace Vigil.Server.Features.LegalProcess;

/// <summary>A person takes the sealed package to hand it over: in log and signed ledger first.</summary>
internal static class TakePackage
{
    public static async Task<IResult> RunAsync(HttpContext context, Guid id)
    {
        var folder = context.RequestServices.GetRequiredService<PackageFolder>();
        var sha256 = await context
            .RequestServices.GetRequiredService<Db>()
            .SignedAsync(
                context.Actor(),
                Permission.LegalManage,
                tx => RecordAsync(tx, id),
                context.RequestAborted
            );
        return Results.Stream(
            await OpenAsync(folder.PathOf(context.Actor().Tenant, id), sha256, context.RequestAborted),
            "application/octet-stream",
            $"disclosure-{id:n}.vigilpkg"
        );
    }

    private static async Task<byte[]> RecordAsync(Tx tx, Guid id)
    {
        var request = await LegalRequest.RequireAsync(tx, id);
        if (request is not { State: LegalState.Released, PackageGoneAt: null, PackageSha256: { } sha256 })
        {
            throw ProblemException.Conflict(
                "no_package",
                "There is no package of this request: it is not released, or its package was removed."
            );
        }
        await Disclosures.AddAsync(tx, request, Disclosures.Taken, sha256, request.PackageBytes ?? 0);
        return sha256;
    }

    /// <summary>The very bytes that the log has, or none.</summary>
    private static async Task<Stream> OpenAsync(string path, byte[] sha256, CancellationToken cancellation)
    {
        try
        {
            var file = InputFile.OpenRead(path);
            if ((await SHA256.HashDataAsync(file, cancellation)).AsSpan().SequenceEqual(sha256))
            {
                file.Position = 0;
                return file;
            }
            await file.DisposeAsync();
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
    }
}
