using System.Collections.Concurrent;
using Vigil.Trust;

namespace Vigil.Server.Tests.Running;

/// <summary>
/// Databases with a profile's tables and nothing in them, to be copied: made once by the migrations, so that not each
/// test waits for them.
/// </summary>
internal static class MadeTables
{
    private static readonly ConcurrentDictionary<Profile, Lazy<Task<string>>> Made = new();

    /// <summary>Gives the database's name, or its file.</summary>
    public static Task<string> OfAsync(Profile profile) =>
        Made.GetOrAdd(profile, wanted => new(() => MakeAsync(wanted))).Value;

    private static async Task<string> MakeAsync(Profile profile)
    {
        var folder = Directory.CreateTempSubdirectory("vigil-tables-");
        var database = await TestDatabase.CreateAsync(folder);
        var options = new TrustOptions
        {
            Database = DbOptions.Parse(database.Source),
            KeysFolder = Path.Combine(folder.FullName, "keys"),
            Profile = profile,
        };
        (await TrustKernel.OpenAsync(options, VigilApp.Tables)).Dispose();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Delete(recursive: true);
        return await database.EmptyAsync();
    }
}
