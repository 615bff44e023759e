using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Reporting.Destinations;

/// <summary>The console's pages: what destinations there are and by which law, keys of recipients, packages.</summary>
internal static class DestinationPages
{
    public const string Root = "/console/destinations";
    private const string Package = Root + "/packages/{id:guid}";

    public static void AddNotices()
    {
        Notices.Add(
            "recipient_added",
            "Added. A second person compares the fingerprint with the recipient on this page."
        );
        Notices.Add("recipient_verified", "Verified: packages may be sealed to this key.");
        Notices.Add("recipient_revoked", "Revoked: nothing is sealed to this key any more.");
        Notices.Add("target_set", "Set. Reports of this environment go there from now on.");
        Notices.Add("recipient_asked", "Asked again for a second person.");
        Notices.Add("media_asked", "Asked for. A second person releases the files on this page.");
        Notices.Add("media_released", "Released: a package with the files can be built.");
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPage(Root, Permission.ReportFile, ShowAsync);
        routes.MapPage(Package, Permission.ReportFile, ShowPackageAsync);
        Form(routes, Root + "/recipients", Permission.ReportFile, "recipient_added", AddAsync);
        Form(
            routes,
            Root + "/recipients/{id:guid}/verify",
            Permission.ReportFile,
            "recipient_verified",
            (tx, id, form) =>
                Recipients.VerifyAsync(
                    tx,
                    id,
                    form["fingerprint"].ToString(),
                    form["how"].ToString(),
                    form["country"].ToString(),
                    form["read"]
                )
        );
        Form(
            routes,
            Root + "/recipients/{id:guid}/ask",
            Permission.ReportFile,
            "recipient_asked",
            (tx, id, _) => Recipients.AskAgainAsync(tx, id)
        );
        Form(
            routes,
            Root + "/recipients/{id:guid}/revoke",
            Permission.ReportFile,
            "recipient_revoked",
            (tx, id, form) => Recipients.RevokeAsync(tx, id, form["reason"].ToString())
        );
        Form(
            routes,
            Package + "/release",
            Permission.ContentExport,
            "media_asked",
            (tx, id, form) => MediaRelease.AskAsync(tx, id, RecipientOf(form), form["legalBasis"].ToString())
        );
        Form(
            routes,
            Package + "/release/approve",
            Permission.ContentExport,
            "media_released",
            (tx, id, form) => MediaRelease.ApproveAsync(tx, id, form["read"])
        );
        routes.MapForm(Root + "/{code}/targets/{environment}", Permission.SettingsWrite, SetTargetAsync);
        routes.MapForm(
            Package,
            Permission.ReportFile,
            (context, form) => GiveAsync(context, form, withMedia: false)
        );
        routes.MapForm(
            Package + "/media",
            Permission.ContentExport,
            (context, form) => GiveAsync(context, form, withMedia: true)
        );
    }

    private static void Form(
        IEndpointRouteBuilder routes,
        string path,
        Permission permission,
        string notice,
        Func<Tx, Guid, IFormCollection, Task> act
    ) =>
        routes.MapForm(
            path,
            permission,
            async (context, form) =>
            {
                var id = IdOf(context);
                await ActRoutes.ActAsync(context, permission, tx => act(tx, id, form));
                var page = path.StartsWith(Package, StringComparison.Ordinal)
                    ? $"{Root}/packages/{id}"
                    : Root;
                return Pages.Go(page, notice);
            }
        );

    private static async Task<IResult> SetTargetAsync(HttpContext context, IFormCollection form)
    {
        // A field that is left empty keeps the certificate; to use none is said.
        var certificate = form["clientCertificate"].ToString();
        await CallTargetRoutes.SetAsync(
            context,
            (string)context.GetRouteValue("code")!,
            (string)context.GetRouteValue("environment")!,
            new CallTargetRequest
            {
                Address = form["address"],
                UserName = form["userName"],
                Password = form["password"],
                ClientCertificate =
                    form["noCertificate"] == "on" ? ""
                    : string.IsNullOrWhiteSpace(certificate) ? null
                    : certificate,
                ClientCertificatePassword = form["clientCertificatePassword"],
            }
        );
        return Pages.Go(Root, "target_set");
    }

    private static Task AddAsync(Tx tx, Guid id, IFormCollection form) =>
        Recipients.AddAsync(
            tx,
            form["destination"].ToString(),
            form["name"].ToString(),
            form["publicKey"].ToString(),
            form["country"].ToString()
        );

    private static Task<IResult> GiveAsync(HttpContext context, IFormCollection form, bool withMedia) =>
        DestinationRoutes.GiveAsync(context, IdOf(context), RecipientOf(form), withMedia);

    private static Guid RecipientOf(IFormCollection form) =>
        Guid.TryParse(form["recipient"], out var recipient)
            ? recipient
            : throw ProblemException.BadRequest("missing", "Choose whose key it is sealed to.");

    private static async Task<IResult> ShowAsync(HttpContext context)
    {
        var recipients = await context
            .RequestServices.GetRequiredService<Db>()
            .ReadAsync(context.Actor(), Permission.ReportFile, Recipients.ViewAsync, context.RequestAborted);
        var targets = context.Actor().May(Permission.SettingsRead)
            ? await CallTargetRoutes.ReadAsync(context)
            : null;
        return Pages.Show<DestinationsPage>(
            context,
            "Destinations of reports",
            new
            {
                Answer = await DestinationRoutes.ReadAsync(context),
                Recipients = recipients,
                Targets = targets,
            }
        );
    }

    private static async Task<IResult> ShowPackageAsync(HttpContext context)
    {
        var id = IdOf(context);
        // What is built is locked while it is looked at; nothing is written.
        var shown = await context
            .RequestServices.GetRequiredService<Db>()
            .WriteAsync(
                context.Actor(),
                Permission.ReportFile,
                async tx =>
                {
                    var ready = await ReadyPackage.RequireAsync(tx, id);
                    var all = await Recipient.ListAsync(tx);
                    return new PackageShown(
                        ready,
                        [
                            .. all.Where(each =>
                                each.IsUsable
                                && each.Destination == ready.Destination.Code
                                && each.Country == ready.Country
                            ),
                        ],
                        await MediaRelease.FindAsync(tx, id)
                    )
                    {
                        Read = (await SecondPerson.FindAsync(tx, MediaRelease.Released, $"{id}"))?.Read,
                        Files = await FilesAsync(tx, ready.Files),
                    };
                },
                context.RequestAborted
            );
        return Pages.Show<PackagePage>(context, "Package of a report", new { Shown = shown });
    }

    private static async Task<IReadOnlyList<HeldContent>> FilesAsync(Tx tx, IReadOnlyList<Guid> ids)
    {
        var files = new List<HeldContent>(ids.Count);
        foreach (var id in ids)
        {
            if (await HeldContents.FindAsync(tx, id) is { } held)
            {
                files.Add(held);
            }
        }
        return files;
    }

    private static Guid IdOf(HttpContext context) =>
        context.GetRouteValue("id") is string text ? Guid.Parse(text) : Guid.Empty;
}

/// <summary>What the page of a package shows.</summary>
internal sealed record PackageShown(
    ReadyPackage Ready,
    IReadOnlyList<Recipient> Recipients,
    MediaRelease? Release
)
{
    /// <summary>Of the release that waits for a second person; null: none does.</summary>
    public string? Read { get; init; }

    /// <summary>What would leave, in facts.</summary>
    public IReadOnlyList<HeldContent> Files { get; init; } = [];

    public override string ToString() => nameof(PackageShown);
}
