"""What a served page costs: sessions over real websockets, without a browser."""
