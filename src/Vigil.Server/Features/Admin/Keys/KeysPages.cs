using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vigil.Server.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Admin.Keys;

/// <summary>Keys of programs, by page.</summary>
internal static class KeysPages
{
    private const string Path = "/console/keys";

    public static void MapKeysPages(this IEndpointRouteBuilder routes)
    {
        routes.MapPage(Path, Permission.KeyManage, ShowAsync);
        routes.MapForm(Path, Permission.KeyManage, CreateAsync);
        routes.MapForm($"{Path}/confirm", Permission.KeyManage, ConfirmAsync);
        routes.MapForm($"{Path}/revoke", Permission.KeyManage, RevokeAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext context)
    {
        var (keys, reads) = await context
            .Db()
            .ReadAsync(
                context.Actor(),
                Permission.KeyManage,
                async tx =>
                    (await ApiKeys.ListAsync(tx), await SecondPerson.ReadsAsync(tx, ApiKeys.Confirmed)),
                context.RequestAborted
            );
        return Pages.Show<KeysPage>(context, "API keys", new { Keys = keys, Reads = reads });
    }

    private static async Task<IResult> CreateAsync(HttpContext context, IFormCollection form)
    {
        _ = int.TryParse(form.Text("days"), NumberStyles.None, CultureInfo.InvariantCulture, out var days);
        var request = KeyRequest.Check(form.Text("label"), form.Ticked<Scope>("scope"), days);
        var (key, secret) = await context
            .Db()
            .ActAsync(context.Actor(), Permission.KeyManage, request.CreateAsync, context.RequestAborted);
        return Pages.Show<KeyPage>(context, "New API key", new { Key = key, Secret = secret });
    }

    private static async Task<IResult> ConfirmAsync(HttpContext context, IFormCollection form)
    {
        await context
            .Db()
            .ActAsync(
                context.Actor(),
                Permission.KeyManage,
                async tx =>
                {
                    await ApiKeys.ConfirmAsync(tx, form.Text("key"), form.Text("read"));
                    return true;
                },
                context.RequestAborted
            );
        return Pages.Go(Path, "saved");
    }

    private static async Task<IResult> RevokeAsync(HttpContext context, IFormCollection form)
    {
        await context
            .Db()
            .ActAsync(
                context.Actor(),
                Permission.KeyManage,
                tx => ApiKeys.RevokeAsync(tx, form.Text("key")),
                context.RequestAborted
            );
        return Pages.Go(Path, "revoked");
    }
}
