using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Features.Admin.Account;
using Vigil.Server.Features.Admin.Entrance;
using Vigil.Server.Features.Admin.Fences;
using Vigil.Server.Features.Admin.Home;
using Vigil.Server.Features.Admin.Journal;
using Vigil.Server.Features.Admin.Keys;
using Vigil.Server.Features.Admin.Persons;
using Vigil.Server.Features.Admin.RootKeyWatch;
using Vigil.Server.Features.Admin.Settings;
using Vigil.Server.Http;
using Vigil.Server.Ui;
using Vigil.Trust;

namespace Vigil.Server.Features.Admin;

/// <summary>People, sign-in, keys, settings, the ledger, and the console's first page.</summary>
internal static class AdminModule
{
    public static readonly Module Module = new("Features/Admin", [.. Enum.GetValues<Profile>()])
    {
        HasTables = false,
        Add = services =>
        {
            services.AddSingleton<EntranceRate>();
            services
                .AddSingleton<WatchRootKeys>()
                .AddHostedService(provider => provider.GetRequiredService<WatchRootKeys>());
            Notices.Add("welcome", "Welcome. Add a second way to sign in on your account page.");
            Notices.Add("signed_out", "You are signed out.");
            Notices.Add(
                "second_admin",
                "Asked for. Another admin confirms it; in solo mode you do, 24 hours from now."
            );
            Notices.Add("revoked", "Revoked: refused within 5 seconds.");
        },
        React = (reactions, services) =>
        {
            reactions.On<HomeNumbersWanted>(ShowHome.AddNumbersAsync);
            services
                .GetRequiredService<ReadinessChecks>()
                .Add("root_keys", services.GetRequiredService<WatchRootKeys>().State);
        },
        Nav =
        [
            new NavItem("Home", "/console", Permission.OwnAccount),
            new NavItem("People", "/console/people", Permission.PeopleManage),
            new NavItem("Need to know", "/console/grants", Permission.CaseAssign),
            new NavItem("Vendors", "/console/vendors", Permission.PeopleManage),
            new NavItem("Stand-ins", "/console/stand-ins", Permission.PeopleManage),
            new NavItem("API keys", "/console/keys", Permission.KeyManage),
            new NavItem("Settings", "/console/settings", Permission.SettingsRead),
            new NavItem("Ledger", "/console/ledger", Permission.LedgerRead),
        ],
        Map = routes =>
        {
            routes.MapPage("/console", Permission.OwnAccount, ShowHome.HandleAsync);
            routes.MapEntrance();
            routes.MapAccount();
            routes.MapPersons();
            routes.MapPeopleApi();
            routes.MapGrants();
            routes.MapGrantsApi();
            routes.MapVendors();
            routes.MapStandIns();
            routes.MapKeysPages();
            routes.MapKeysApi();
            routes.MapSettings();
            routes.MapLedger();
            routes
                .MapGet("/", () => Results.Redirect("/console"))
                .AllowAnyone("it says only where the console is")
                .ExcludeFromDescription();
            routes
                .MapFallback("/console/{**path}", (Delegate)NotFound)
                .AllowAnyone("it says only that there is no such page")
                .ExcludeFromDescription();
        },
    };

    private static IResult NotFound(HttpContext context) =>
        throw ProblemException.NotFound("There is no such page. The menu has those that there are.");
}
