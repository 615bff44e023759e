using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Filing.Reading;

/// <summary>Downloads of receipts and calls: over the API, and by a button of the report's pages.</summary>
internal static class BytesRoutes
{
    private const string Api = "/v1/reports/{id:guid}";
    private const string Console = "/console/reports/{id:guid}";
    private const string Call = "/calls/{call:guid}";
    private const Permission File = Permission.ReportFile;

    public static void Map(IEndpointRouteBuilder routes)
    {
        Get(
            routes,
            "/receipt",
            "readReportReceipt",
            "The recipient's receipt, byte for byte; reading it is an act in the ledger.",
            (HttpContext context, Guid id) => GiveAsync(context, tx => ReadBytes.ReceiptAsync(tx, id))
        );
        Get(
            routes,
            Call + "/sent",
            "readCallSent",
            "What a call sent, byte for byte; reading it is an act in the ledger.",
            (HttpContext context, Guid id, Guid call) =>
                GiveAsync(context, tx => ReadBytes.SentAsync(tx, id, call))
        );
        Get(
            routes,
            Call + "/answered",
            "readCallAnswered",
            "What a call was answered, byte for byte; reading it is an act in the ledger.",
            (HttpContext context, Guid id, Guid call) =>
                GiveAsync(context, tx => ReadBytes.AnsweredAsync(tx, id, call))
        );
        Form(routes, "/receipt/read", (tx, id, _) => ReadBytes.ReceiptAsync(tx, id));
        Form(routes, Call + "/sent", ReadBytes.SentAsync);
        Form(routes, Call + "/answered", ReadBytes.AnsweredAsync);
    }

    private static void Get(
        IEndpointRouteBuilder routes,
        string path,
        string name,
        string summary,
        Delegate give
    ) =>
        routes
            .MapGet(Api + path, give)
            .Require(File)
            .WithName(name)
            .WithSummary(summary)
            .WithTags("Reports")
            .Produces(StatusCodes.Status200OK, contentType: "application/octet-stream")
            .ProducesProblem(StatusCodes.Status404NotFound);

    private static void Form(
        IEndpointRouteBuilder routes,
        string path,
        Func<Tx, Guid, Guid, Task<byte[]>> read
    ) =>
        routes.MapForm(
            Console + path,
            File,
            (context, _) =>
                GiveAsync(
                    context,
                    tx => read(tx, context.Id(), Guid.Parse($"{context.GetRouteValue("call") ?? Guid.Empty}"))
                )
        );

    /// <summary>Once the act is signed. Not shown by a browser, whatever is in it.</summary>
    private static async Task<IResult> GiveAsync(HttpContext context, Func<Tx, Task<byte[]>> read)
    {
        var bytes = await context
            .RequestServices.GetRequiredService<Db>()
            .SignedAsync(context.Actor(), File, read, context.RequestAborted);
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["Content-Digest"] =
            $"sha-256=:{Convert.ToBase64String(SHA256.HashData(bytes))}:";
        return Results.Bytes(bytes, "application/octet-stream", $"report-{context.Id():n}.bin");
    }
}
