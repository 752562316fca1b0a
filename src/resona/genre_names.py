"""Which names are genres, which are no music, and which say nothing of what a folder holds?"""

# The numbers of ID3v1 with Winamp's extensions: the position is the number.
ID3V1_GENRES = (
    "Blues", "Classic Rock", "Country", "Dance", "Disco", "Funk", "Grunge", "Hip-Hop", "Jazz", "Metal", "New Age",
    "Oldies", "Other", "Pop", "R&B", "Rap", "Reggae", "Rock", "Techno", "Industrial", "Alternative", "Ska",
    "Death Metal", "Pranks", "Soundtrack", "Euro-Techno", "Ambient", "Trip-Hop", "Vocal", "Jazz+Funk", "Fusion",
    "Trance", "Classical", "Instrumental", "Acid", "House", "Game", "Sound Clip", "Gospel", "Noise",
    "Alternative Rock", "Bass", "Soul", "Punk", "Space", "Meditative", "Instrumental Pop", "Instrumental Rock",
    "Ethnic", "Gothic", "Darkwave", "Techno-Industrial", "Electronic", "Pop-Folk", "Eurodance", "Dream",
    "Southern Rock", "Comedy", "Cult", "Gangsta Rap", "Top 40", "Christian Rap", "Pop/Funk", "Jungle",
    "Native American", "Cabaret", "New Wave", "Psychedelic", "Rave", "Showtunes", "Trailer", "Lo-Fi", "Tribal",
    "Acid Punk", "Acid Jazz", "Polka", "Retro", "Musical", "Rock & Roll", "Hard Rock", "Folk", "Folk-Rock",
    "National Folk", "Swing", "Fast-Fusion", "Bebop", "Latin", "Revival", "Celtic", "Bluegrass", "Avantgarde",
    "Gothic Rock", "Progressive Rock", "Psychedelic Rock", "Symphonic Rock", "Slow Rock", "Big Band", "Chorus",
    "Easy Listening", "Acoustic", "Humour", "Speech", "Chanson", "Opera", "Chamber Music", "Sonata", "Symphony",
    "Booty Bass", "Primus", "Porn Groove", "Satire", "Slow Jam", "Club", "Tango", "Samba", "Folklore", "Ballad",
    "Power Ballad", "Rhythmic Soul", "Freestyle", "Duet", "Punk Rock", "Drum Solo", "A Cappella", "Euro-House",
    "Dance Hall", "Goa", "Drum & Bass", "Club-House", "Hardcore", "Terror", "Indie", "BritPop", "Afro-Punk",
    "Polsk Punk", "Beat", "Christian Gangsta Rap", "Heavy Metal", "Black Metal", "Crossover",
    "Contemporary Christian", "Christian Rock", "Merengue", "Salsa", "Thrash Metal", "Anime", "JPop", "Synthpop",
    "Abstract", "Art Rock", "Baroque", "Bhangra", "Big Beat", "Breakbeat", "Chillout", "Downtempo", "Dub", "EBM",
    "Eclectic", "Electro", "Electroclash", "Emo", "Experimental", "Garage", "Global", "IDM", "Illbient",
    "Industro-Goth", "Jam Band", "Krautrock", "Leftfield", "Lounge", "Math Rock", "New Romantic", "Nu-Breakz",
    "Post-Punk", "Post-Rock", "Psytrance", "Shoegaze", "Space Rock", "Trop Rock", "World Music", "Neoclassical",
    "Audiobook", "Audio Theatre", "Neue Deutsche Welle", "Podcast", "Indie Rock", "G-Funk", "Dubstep", "Garage Rock",
    "Psybient",
)  # fmt: skip

# Other names that are taken for a genre when a folder bears them.
MORE_GENRES = (
    "Afrobeat", "Americana", "Bossa Nova", "Breakcore", "Chill", "Children's", "Chiptune", "Choral", "Christmas",
    "Dancehall", "Deathcore", "Deep House", "Doom Metal", "Drone", "DnB", "EDM", "Electronica", "Fado", "Film Score",
    "Flamenco", "Future Bass", "Glitch", "Gothic Metal", "Grime", "Grindcore", "Hardstyle", "Holiday", "Indie Pop",
    "J-Rock", "K-Pop", "Klezmer", "Mariachi", "Metalcore", "Minimal", "Minimal Techno", "Motown", "Neo Soul",
    "Nu Metal", "Nu Jazz", "Orchestral", "Power Metal", "Progressive Metal", "Progressive House", "Ragtime",
    "Reggaeton", "Rock 'n' Roll", "Rockabilly", "Schlager", "Score", "Screamo", "Singer-Songwriter", "Ska Punk",
    "Smooth Jazz", "Speed Metal", "Stoner Rock", "Surf", "Synthwave", "Tech House", "Trap", "UK Garage", "Urban",
    "Vaporwave", "World", "Zouk", "Latin Pop", "Melodic Death Metal", "Hardcore Punk", "Free Jazz", "Delta Blues",
    "Electro Swing", "Folk Metal", "Viking Metal", "Doom", "Gabber", "Dream Pop", "Modern Classical", "Early Music",
    "Renaissance", "Romantic", "Marches", "Piano", "Guitar", "Video Game Music", "Soundtracks", "OST",
)  # fmt: skip

# What audiobooks, radio plays and podcasts are called where they are sold and lent.
_SPOKEN = (
    "Audiobook", "Audiobooks", "Audio Book", "Audio Books", "Audio-Book", "Book", "Books", "Books & Spoken",
    "Books & Spoken Word", "Spoken", "Spoken Word", "Spoken & Audio", "Spoken Audio", "Speech", "Speeches", "Talk",
    "Podcast", "Podcasts", "Audio Drama", "Audio Dramas", "Audiodrama", "Audio Play", "Audio Theatre",
    "Audio Theater", "Radio Play", "Radio Plays", "Radio Drama", "Radio Dramas", "Radio Theatre", "Radio Theater",
    "Lecture", "Lectures", "Hörbuch", "Hörbücher", "Hoerbuch", "Hoerbuecher", "Hörspiel", "Hörspiele", "Hoerspiel",
    "Hoerspiele", "Kinderhörspiel", "Kinderhörspiele", "Kinderhörbuch", "Kinderhörbücher", "Kinder-Hörspiel",
    "Krimihörspiel", "Hörbuch & Hörspiel", "Hörbücher & Hörspiele", "Hörspiel & Hörbuch", "Hörspiele & Hörbücher",
    "Lesung", "Lesungen", "Livre audio", "Livres audio", "Livre lu", "Livres lus", "Audiolivre", "Audiolivres",
    "Texte lu", "Livre-audio", "Pièce radiophonique", "Théâtre radiophonique", "Fiction radiophonique",
    "Feuilleton radiophonique", "Dramatique radio", "Fiction audio", "Balado", "Balados", "Audiolibro", "Audiolibros",
    "Libro hablado", "Libros hablados", "Radioteatro", "Radio teatro", "Radionovela", "Radionovelas", "Radioficción",
    "Ficción sonora", "Palabra hablada", "Audiolivro", "Audiolivros", "Áudio livro", "Audio livro", "Livro falado",
    "Palavra falada", "Audiolibri", "Libro parlato", "Radiodramma", "Radiodrammi", "Sceneggiato radiofonico",
    "Audiollibre", "Audiollibres", "Radioteatre", "Audioliburu", "Luisterboek", "Luisterboeken", "Hoorspel",
    "Hoorspelen", "Gesproken boek", "Gesproken woord", "Hoorcollege", "Ljudbok", "Ljudböcker", "Talbok", "Talböcker",
    "Radioteater", "Hörspel", "Lydbok", "Lydbøker", "Hørespill", "Lydbog", "Lydbøger", "Hørespil", "Radiodrama",
    "Äänikirja", "Äänikirjat", "Kuunnelma", "Kuunnelmat", "Hljóðbók", "Hljóðbækur", "Audiobooki", "Książka mówiona",
    "Książki mówione", "Słuchowisko", "Słuchowiska", "Teatr radiowy", "Audiokniha", "Audioknihy", "Mluvené slovo",
    "Rozhlasová hra", "Hovorené slovo", "Hangoskönyv", "Hangoskönyvek", "Hangjáték", "Rádiójáték", "Carte audio",
    "Cărți audio", "Teatru radiofonic", "Audio knjiga", "Audioknjiga", "Radio drama", "Zvučna knjiga",
    "Zvočna knjiga", "Radijska igra", "Audioraamat", "Kuuldemäng", "Audiogrāmata", "Audioknyga", "Аудиокнига",
    "Аудиокниги", "Аудио книга", "Аудиоспектакль", "Аудиоспектакли", "Радиоспектакль", "Радиоспектакли",
    "Радиопостановка", "Радиопьеса", "Радиотеатр", "Радиотеатър", "Подкаст", "Подкасты", "Аудіокнига", "Аудіокниги",
    "Радіовистава", "Ηχητικό βιβλίο", "Ακουστικό βιβλίο", "Ραδιοφωνικό θέατρο", "Sesli kitap", "Sesli kitaplar",
    "Radyo tiyatrosu", "ספר מוקלט", "ספר קולי", "תסכית", "كتاب صوتي", "كتب صوتية", "كتاب مسموع", "تمثيلية إذاعية",
    "مسرحية إذاعية", "کتاب صوتی", "نمایش رادیویی", "ऑडियोबुक", "オーディオブック", "ドラマCD", "ラジオドラマ", "朗読",
    "ポッドキャスト", "有声书", "有聲書", "有声读物", "有聲讀物", "有声小说", "有聲小說", "广播剧", "廣播劇", "评书",
    "評書", "播客", "오디오북", "라디오 드라마", "팟캐스트", "Buku audio", "Sandiwara radio", "Drama radio",
    "Sách nói", "Truyện audio", "หนังสือเสียง", "ละครวิทยุ", "Krimi-Hörspiel", "Audioboek", "Audioboeken",
    "Książka audio", "Podkast", "Podkasty", "Children's Audiobook", "Children's Audiobooks", "Kids Audiobook",
)  # fmt: skip
_HYPHENATED = (name.replace(" ", "-") for name in _SPOKEN if " " in name and "&" not in name)
SPOKEN_GENRES = tuple(dict.fromkeys((*_SPOKEN, *_HYPHENATED)))

# Folders of music by where it came from, or by how it is kept.
NOT_GENRES = (
    "Albums", "Artists", "Audio", "Backup", "Backups", "Bandcamp", "Bands", "CD", "CDs", "Complete", "Completed",
    "Compilations", "Desktop", "Discography", "Documents", "Download", "Downloads", "Favorites", "Favourites", "FLAC",
    "Hi-Res", "Import", "Imports", "Inbox", "Incoming", "iTunes", "iTunes Media", "Library", "Lossless", "Lossy",
    "LP", "M4A", "Media", "Misc", "Miscellaneous", "Mix", "Mixed", "MP3", "MP3s", "Music", "My Music", "New",
    "New Folder", "New Music", "Ogg", "Old", "Opus", "Other", "Others", "Phone", "Playlists", "Private", "Public",
    "Purchased", "Recordings", "Rips", "Share", "Shared", "Singles", "Songs", "Soulseek", "Sorted", "Stuff", "Temp",
    "Tmp", "To Sort", "Torrents", "Tracks", "Trash", "Uncategorized", "Unsorted", "USB", "Various", "Vinyl", "WAV",
    "WhatsApp", "YouTube", "Alben", "Alles", "Musik", "Neu", "Neuer Ordner", "Sicherung", "Sonstiges",
    "Verschiedenes", "Divers", "Musique", "Nouveau", "Nouveau dossier", "Sauvegarde", "Téléchargements", "Álbumes",
    "Canciones", "Copia", "Descargas", "Música", "Nueva carpeta", "Nuevo", "Varios", "Respaldo", "Transferências",
    "Novo", "Musica", "Nuova cartella", "Scaricati", "Muziek", "Nieuw", "Muzyka", "Nowy folder", "Pobrane", "Hudba",
    "Stažené", "Zene", "Letöltések", "Музыка", "Загрузки", "Новая папка", "Новое", "Разное", "Альбомы", "音乐",
    "音楽", "下载", "ダウンロード", "新建文件夹", "음악", "다운로드",
)  # fmt: skip
