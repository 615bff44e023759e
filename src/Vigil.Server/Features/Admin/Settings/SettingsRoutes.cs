using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Admin.Settings;

/// <summary>What the installation is, and what its admins may change; each change is in the ledger.</summary>
internal static class SettingsRoutes
{
    private const string Path = "/console/settings";

    public static void MapSettings(this IEndpointRouteBuilder routes)
    {
        routes.MapPage(Path, Permission.SettingsRead, ShowAsync);
        routes.MapForm(Path, Permission.SettingsWrite, ChangeAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext context)
    {
        var values = await context
            .Db()
            .ReadAsync(
                context.Actor(),
                Permission.SettingsRead,
                async tx =>
                {
                    var found = new Dictionary<string, string>(StringComparer.Ordinal);
                    foreach (var setting in KnownSettings.All)
                    {
                        found[setting.Name] =
                            await TenantSettings.FindAsync(tx, setting.Name) ?? setting.Default;
                    }
                    return found;
                },
                context.RequestAborted
            );
        return Pages.Show<SettingsPage>(
            context,
            "Settings",
            new
            {
                Values = values,
                Profile = Profiles.NameOf(context.Kernel().Profile),
                Engine = context.Db().Engine.ToString(),
                Version = VersionOf(),
                Saved = context.Request.Query["saved"].ToString(),
            }
        );
    }

    private static async Task<IResult> ChangeAsync(HttpContext context, IFormCollection form)
    {
        var setting =
            KnownSettings.Find(form.Text("name"))
            ?? throw ProblemException.BadRequest("unknown_setting", "There is no such setting.");
        var value = setting.Check(form.Text("value"));
        await context
            .Db()
            .ActAsync(
                context.Actor(),
                Permission.SettingsWrite,
                async tx =>
                {
                    await (
                        setting.IsWritten
                            ? TenantSettings.SetTextAsync(tx, setting.Name, value)
                            : TenantSettings.SetAsync(tx, setting.Name, value)
                    );
                    return true;
                },
                context.RequestAborted
            );
        context.Kernel().Sessions.Forget();
        // Back to the field, which says it: the list is long.
        return Results.LocalRedirect($"{Path}?saved={setting.Name}#{SettingsPage.FormOf(setting)}");
    }

    private static string VersionOf() =>
        typeof(SettingsRoutes).Assembly.GetName().Version?.ToString(3) ?? "unknown";
}
